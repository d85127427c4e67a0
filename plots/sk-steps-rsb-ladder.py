# ground-state energy by steps of RSB: P = 2, γ = 1, Gaussian couplings. Redraws rsb-ladder.svg from rsb-ladder.csv.
import matplotlib.pyplot as plt, pandas as pd

plt.rc("font", size=8)
table = pd.read_csv(__file__[:-2] + "csv").fillna({"label": "", "marker": ""})
fig, ax = plt.subplots(figsize=(3.39, 3.07), layout="constrained", subplot_kw={"xlabel": "steps k", "xscale": "log", "xlim": (0.9333, 10.715), "ylabel": "e(∞) − e(k),  e = (2f + u)/3 → E$_{0}$ at T → 0", "yscale": "log", "ylim": (8.173e-7, 0.002626)})
for (_, kind, label, colour, fill, dash, marker), part in table.groupby(["curve", "kind", "label", "colour", "fill", "dash", "marker"]):
    ax.errorbar(part.x, part.y, part.y_err if part.y_err.any() else None, part.x_err if part.x_err.any() else None, label=label, color=colour, mfc=fill, marker=marker, ls=(0, [float(length) for length in dash.split()]), ms=3, lw=0.8)
fig.legend(loc="outside lower center", fontsize=6)
fig.savefig(__file__[:-2] + "pdf")
