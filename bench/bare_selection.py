"""The bare page that a selection on ours is measured against: one Plotly chart with a callback, 20 lines of text."""

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


def selected() -> None:
    st.session_state.ends = [end for box in st.session_state.chart.selection.box for end in box["x"]]


@st.fragment
def body() -> None:
    held = material()
    chart = charts.figure(held["lines"], held["articles"], held["period"])
    st.plotly_chart(chart, key="chart", on_select=selected, selection_mode=("box", "points"))
    told = " to ".join(map(str, st.session_state.get("ends", ["all"])))
    st.html(f'<div class="results">{told}</div>')
    st.markdown("\n\n".join(f"Line {n} of twenty lines of text, {told}." for n in range(1, 21)))


body()
