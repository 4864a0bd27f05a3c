FROM node:24-slim AS assets
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY static static
RUN npm run build

FROM python:3.11-slim
WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir --require-hashes -r requirements.txt && useradd --system concord \
    && install -d -m 700 -o concord /files
COPY . .
COPY --from=assets /app/build/static build/static
RUN SECRET_KEY=build DATABASE_URL=postgres:///build python manage.py collectstatic --noinput
USER concord
CMD ["gunicorn", "-c", "config/gunicorn.py", "--bind", "0.0.0.0:8000", "--no-control-socket", "config.wsgi:application"]
