/** Where the load goes: through brokers, as pages do, or straight to the service, as a broker does. */

import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { akoolServer } from '@avatarwire/services/akool/server';
import type { Plan } from './messages';

export interface LoadedSession {
  beat(): Promise<void>;
  close(): Promise<void>;
}

export interface Target {
  open(number: number): Promise<LoadedSession>;
  /** Lets go of its connections. */
  end(): void;
}

const CLOSE_SECRET = 'close-secret-of-a-page-under-load';
/** Shorter than the broker keeps a connection, so that no request meets the end of one. */
const IDLE_MS = 3_000;

export function targetOf(to: Plan['to']): Target {
  return to.kind === 'broker' ? brokerTarget(to.urls, to.tokens) : serviceTarget(to.url, to.apiKey);
}

function brokerTarget(urls: readonly string[], tokens: readonly string[]): Target {
  const agent = new Agent({ keepAlive: true, scheduling: 'lifo', timeout: IDLE_MS });
  const send = async (url: string, wanted: number, headers: Record<string, string>, body = '') => {
    const { status, text } = await post(agent, url, headers, body);
    if (status !== wanted) throw new Error(`${new URL(url).pathname.slice(-12)}: ${status} ${text}`);
    return text;
  };
  return {
    async open(number) {
      const url = urls[number % urls.length] ?? '';
      const login = { authorization: `Bearer ${tokens[number % tokens.length]}` };
      const text = await send(
        `${url}/sessions`,
        201,
        { ...login, 'content-type': 'application/json', 'idempotency-key': randomUUID() },
        JSON.stringify({ provider: 'agora', closeSecret: CLOSE_SECRET }),
      );
      const { sessionId } = JSON.parse(text) as { readonly sessionId: string };
      return {
        async beat() {
          await send(`${url}/sessions/${sessionId}/beat`, 204, login);
        },
        async close() {
          const body = JSON.stringify({ id: sessionId, secret: CLOSE_SECRET });
          await send(`${url}/close`, 204, { 'content-type': 'text/plain' }, body);
        },
      };
    },
    end: () => agent.destroy(),
  };
}

function serviceTarget(url: string, apiKey: string): Target {
  const akool = akoolServer({ baseUrl: url, apiKey });
  return {
    async open() {
      const signal = new AbortController().signal;
      const { id } = await akool.open(
        { provider: 'agora', avatarId: 'guide', durationSeconds: 60 },
        { signal },
      );
      return {
        // Nothing of the service is asked for it.
        async beat() {},
        async close() {
          await akool.close(id);
        },
      };
    },
    end() {},
  };
}

function post(
  agent: Agent,
  url: string,
  headers: Record<string, string>,
  body: string,
): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { agent, method: 'POST', headers: { ...headers, 'content-length': Buffer.byteLength(body) } },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (piece: string) => {
          text += piece;
        });
        response.once('end', () => resolve({ status: response.statusCode ?? 0, text }));
        response.once('error', reject);
      },
    );
    sent.once('error', reject);
    sent.end(body);
  });
}
