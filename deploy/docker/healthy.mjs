// The image's HEALTHCHECK: exits 0 if the process in this container says that it is ready. The base image has no curl,
// and node:http starts in a third of the time that fetch takes. The port is set in each image. Where the API speaks TLS its certificate
// is for another name than this, and nobody stands in between.
const { get } = await import(process.env.CHASQUI_TLS_CERT_FILE ? 'node:https' : 'node:http');

const port = process.env.CHASQUI_HEALTH_PORT ?? process.env.CHASQUI_HTTP_PORT;

const request = get(
  { host: '127.0.0.1', port, path: '/health/ready', timeout: 4000, rejectUnauthorized: false },
  (response) => {
    response.pipe(process.stdout);
    process.exitCode = response.statusCode === 200 ? 0 : 1;
  },
);
request.on('timeout', () => request.destroy(new Error(`no answer from port ${port} within 4 s`)));
request.on('error', (error) => {
  console.log(error.message);
  process.exitCode = 1;
});
