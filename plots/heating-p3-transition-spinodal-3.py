# heating-p3: P = 3, T = 0.5, planted start. Redraws transition-spinodal-3.svg from transition-spinodal-3.csv.
import matplotlib.pyplot as plt, pandas as pd

plt.rc("font", size=8)
table = pd.read_csv(__file__[:-2] + "csv").fillna({"label": "", "marker": ""})
fig, ax = plt.subplots(figsize=(3.39, 4.27), layout="constrained", subplot_kw={"xlabel": "1/N", "xlim": (-0.0002531, 0.008438), "ylabel": "load at which ⟨m⟩ = ½", "ylim": (0.2595, 0.6675)})
for (_, kind, label, colour, fill, dash, marker), part in table.groupby(["curve", "kind", "label", "colour", "fill", "dash", "marker"]):
    ax.errorbar(part.x, part.y, part.y_err if part.y_err.any() else None, part.x_err if part.x_err.any() else None, label=label, color=colour, mfc=fill, marker=marker, ls=(0, [float(length) for length in dash.split()]), ms=3, lw=0.8)
fig.legend(loc="outside lower center", fontsize=6)
fig.savefig(__file__[:-2] + "pdf")
