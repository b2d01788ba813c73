import type { IncomingMessage } from 'node:http';

const loopbackNames = new Set(['127.0.0.1', 'localhost']);

/**
 * Whether a request was meant for this server and, if it changes something, comes from its own page. The first check
 * stops other names that were made to point here, the second other pages in the same browser.
 */
export function isOurs(request: IncomingMessage): boolean {
  const { host, origin } = request.headers;
  const fetchSite = request.headers['sec-fetch-site'];
  const [name, port] = (host ?? '').split(':');
  if (name === undefined || !loopbackNames.has(name) || Number(port ?? 80) !== request.socket.localPort)
    return false;
  if (request.method === 'GET' || request.method === 'HEAD') return true;
  if (origin !== undefined) return origin === `http://${host}`;
  return fetchSite === undefined || fetchSite === 'same-origin';
}
