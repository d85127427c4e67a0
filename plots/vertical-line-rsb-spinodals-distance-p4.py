# end of retrieval by steps of RSB: P = 4, distance from T_{d}² = 0.460242. Redraws rsb-spinodals-distance-p4.svg from rsb-spinodals-distance-p4.csv.
import matplotlib.pyplot as plt, pandas as pd

plt.rc("font", size=8)
table = pd.read_csv(__file__[:-2] + "csv").fillna({"label": "", "marker": ""})
fig, ax = plt.subplots(figsize=(3.39, 3.79), layout="constrained", subplot_kw={"xlabel": "temperature T", "xlim": (0.0177, 0.4523), "ylabel": "1 − γ/T$_{d}$²", "yscale": "log", "ylim": (2.714e-6, 0.2089)})
for (_, kind, label, colour, fill, dash, marker), part in table.groupby(["curve", "kind", "label", "colour", "fill", "dash", "marker"]):
    ax.errorbar(part.x, part.y, part.y_err if part.y_err.any() else None, part.x_err if part.x_err.any() else None, label=label, color=colour, mfc=fill, marker=marker, ls=(0, [float(length) for length in dash.split()]), ms=3, lw=0.8)
fig.legend(loc="outside lower center", fontsize=6)
fig.savefig(__file__[:-2] + "pdf")
