# glass-phases-p3: P = 3, N = 36. Redraws phase-diagram-n36.svg from phase-diagram-n36.csv.
import matplotlib.pyplot as plt, pandas as pd

plt.rc("font", size=8)
table = pd.read_csv(__file__[:-2] + "csv").fillna({"label": "", "marker": ""})
fig, ax = plt.subplots(figsize=(3.39, 3.55), layout="constrained", subplot_kw={"xlabel": "load γ", "xlim": (2.5, 9.0), "ylabel": "temperature T", "ylim": (0.9552, 2.9151)})
cells = table[table.kind == "cell"].pivot(index="y", columns="x", values="value")
fig.colorbar(ax.pcolormesh(cells.columns, cells.index, cells, vmin=0, vmax=1), label="[⟨q²⟩] at N = 36, random start")
for (_, kind, label, colour, fill, dash, marker), part in table.groupby(["curve", "kind", "label", "colour", "fill", "dash", "marker"]):
    ax.errorbar(part.x, part.y, part.y_err if part.y_err.any() else None, part.x_err if part.x_err.any() else None, label=label, color=colour, mfc=fill, marker=marker, ls=(0, [float(length) for length in dash.split()]), ms=3, lw=0.8)
fig.legend(loc="outside lower center", fontsize=6)
fig.savefig(__file__[:-2] + "pdf")
