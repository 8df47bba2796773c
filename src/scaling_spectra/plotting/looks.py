"""What stands for each network in figures. The rules read these literals too: a network without a look is refused."""

MARKERS = {"diagonal": "o", "quadratic": "s", "signed": "^"}
# Okabe and Ito's blue and vermilion, and a violet
COLOURS = {"diagonal": "#0072B2", "quadratic": "#D55E00", "signed": "#8A4FA3"}
LINESTYLES = {"diagonal": "-", "quadratic": "--", "signed": "-."}
