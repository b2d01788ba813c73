// Serves the page and the script as it was published, and plays the back end in front of a mock of AKOOL, whose rooms are
// on the LiveKit server that the environment names.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { livekitRooms, startMockServices } from '@avatarwire/simulator/services';

const { LIVEKIT_URL: url, LIVEKIT_API_KEY: apiKey, LIVEKIT_API_SECRET: apiSecret } = process.env;
const published = dirname(fileURLToPath(import.meta.resolve('@avatarwire/streaming-avatar/package.json')));
const scripts = join(published, 'dist/script');

let heard;
const mock = await startMockServices({
  rooms: livekitRooms({
    url,
    apiKey,
    apiSecret,
    avatar: { reply: (text) => `You asked ${text.length} letters.` },
    onAvatar: (avatar) => {
      heard = avatar.heard;
    },
  }),
});

async function akool(action, body) {
  const answer = await fetch(`${mock.urls.akool}/api/open/v4/liveAvatar/session/${action}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': mock.keys.akool.apiKey },
    body: JSON.stringify(body),
  });
  return (await answer.json()).data;
}

const calls = {
  '/open': () =>
    akool('create', { avatar_id: 'dvp_Tristan_cloth2_1080P', duration: 300, stream_type: 'livekit' }),
  '/close': ({ id }) => akool('close', { id }).then(() => ({})),
  '/told': () => ({ letters: heard?.messages[0]?.text.length, open: mock.akool.open }),
};

async function fileAt(path) {
  if (path === '/') {
    const { 'streaming-avatar.js': integrity } = JSON.parse(
      await readFile(join(scripts, 'integrity.json'), 'utf8'),
    );
    return (await readFile('index.html', 'utf8')).replace('%INTEGRITY%', integrity);
  }
  return readFile(path === '/page.js' ? 'page.js' : join(scripts, path.replace('/script/', '')));
}

const server = createServer(async (request, response) => {
  try {
    if (request.method === 'POST') {
      let body = '';
      for await (const piece of request) body += piece;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(await calls[request.url](JSON.parse(body || '{}'))));
      return;
    }
    const type = request.url === '/' ? 'text/html' : 'text/javascript';
    const content = await fileAt(request.url);
    response.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(content);
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
});
server.listen(0, '127.0.0.1', () => console.log(`Ready at http://127.0.0.1:${server.address().port}`));

process.once('SIGTERM', async () => {
  server.closeAllConnections();
  server.close();
  await mock.close();
});
