# thermodynamic-p3: P = 3, T = 0.4243, planted start. Redraws transition-thermodynamic.svg from transition-thermodynamic.csv.
import matplotlib.pyplot as plt, pandas as pd

plt.rc("font", size=8)
table = pd.read_csv(__file__[:-2] + "csv").fillna({"label": "", "marker": ""})
fig, ax = plt.subplots(figsize=(3.39, 3.31), layout="constrained", subplot_kw={"xlabel": "1/N", "xlim": (-4.219e-5, 0.0014062), "ylabel": "load of equal free energies", "ylim": (0.37729, 0.42654)})
for (_, kind, label, colour, fill, dash, marker), part in table.groupby(["curve", "kind", "label", "colour", "fill", "dash", "marker"]):
    ax.errorbar(part.x, part.y, part.y_err if part.y_err.any() else None, part.x_err if part.x_err.any() else None, label=label, color=colour, mfc=fill, marker=marker, ls=(0, [float(length) for length in dash.split()]), ms=3, lw=0.8)
fig.legend(loc="outside lower center", fontsize=6)
fig.savefig(__file__[:-2] + "pdf")
