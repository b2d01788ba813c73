/** A client that is nothing but a socket: it says what no HTTP library would. */

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface RawClient {
  readonly socket: Socket;
  readonly said: () => string;
  /** Resolves with everything that was said, once the server has ended it. */
  readonly ended: Promise<string>;
}

export async function rawClient(url: string, text = ''): Promise<RawClient> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname.replace(/^\[|\]$/g, ''));
  onTestFinished(() => void socket.destroy());
  let said = '';
  socket.setEncoding('latin1').on('data', (piece: string) => {
    said += piece;
  });
  socket.on('error', () => {});
  const ended = once(socket, 'close').then(() => said);
  await once(socket, 'connect');
  socket.write(text);
  return { socket, said: () => said, ended };
}

export const post = (length: number, body: string, ...headers: string[]) =>
  ['POST /x HTTP/1.1', 'Host: localhost', `Content-Length: ${length}`, ...headers, '', body].join('\r\n');
