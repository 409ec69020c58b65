"""The bare page that ours is measured against: the same chart from frames in memory, one widget, 20 lines of text."""

import os
import pickle
from pathlib import Path

import streamlit as st

from lib import charts

st.set_page_config(layout="wide")


@st.cache_resource
def material() -> dict:
    with Path(os.environ["BENCH_MATERIAL"]).open("rb") as file:
        return pickle.load(file)


countries = st.pills("Countries", ["KZ", "KG", "TJ", "TM", "UZ"], selection_mode="multi", key="country")
held = material()
lines = [line for line in held["lines"] if not countries or line.country.code in countries]
st.plotly_chart(charts.figure(lines, held["articles"], held["period"]), key="chart")
st.markdown("\n\n".join(f"Line {n} of twenty lines of text beside the chart." for n in range(1, 21)))
