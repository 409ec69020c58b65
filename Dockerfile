FROM python:3.13-slim

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 \
    XDG_DATA_HOME=/data ALTYN_REFRESH=on

RUN useradd --create-home --uid 10001 altyn && install -d -o altyn /data
WORKDIR /app
COPY requirements.txt ./
RUN pip install --disable-pip-version-check -r requirements.txt
COPY app.py LICENSE ./
COPY .streamlit .streamlit
COPY lib lib
COPY pages pages

USER altyn
VOLUME /data
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]
CMD ["streamlit", "run", "app.py", "--server.address=0.0.0.0", "--server.port=8501", "--server.headless=true"]
