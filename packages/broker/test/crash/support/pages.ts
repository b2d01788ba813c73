/** Pages over HTTP: each asks for a session of a length that no other has, and by it is known in every record. */

import { randomBytes } from 'node:crypto';
import { onTestFinished } from 'vitest';
import type { PaidService } from './watched-services';

const BEAT_EVERY_MS = 200;
const SHORTEST_SECONDS = 601;
export const MOST_PAGES = 250;

/** What may be opened: of each service, a session of each length. */
export function presetsOf(services: readonly PaidService[]): string {
  const entries = services.flatMap((service) =>
    Array.from({ length: MOST_PAGES }, (_, index) => {
      const durationSeconds = SHORTEST_SECONDS + index;
      return [`${service}-${durationSeconds}`, { service, avatarId: 'guide', durationSeconds }] as const;
    }),
  );
  return JSON.stringify(Object.fromEntries(entries));
}

export class Page {
  readonly closeSecret = randomBytes(24).toString('base64url');
  readonly #idempotencyKey = randomBytes(24).toString('base64url');
  /** When it sent the last sign that was acknowledged, or was answered. Milliseconds since 1970. */
  heardAt = 0;
  /** What else than 204 its signs were answered with. */
  readonly refusals: number[] = [];
  sessionId: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #beating = false;

  constructor(
    public url: string,
    readonly service: PaidService,
    readonly durationSeconds: number,
    readonly headers: Readonly<Record<string, string>>,
  ) {}

  /** Resolves with the answer's status; rejects when there is none. */
  async open(signal?: AbortSignal): Promise<number> {
    const sentAt = Date.now();
    const response = await fetch(`${this.url}/sessions`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': this.#idempotencyKey,
        ...this.headers,
      },
      body: JSON.stringify({
        provider: 'agora',
        preset: `${this.service}-${this.durationSeconds}`,
        closeSecret: this.closeSecret,
      }),
      ...(signal && { signal }),
    });
    const body = (await response.json()) as { sessionId?: string };
    this.sessionId = body.sessionId;
    this.heardAt = sentAt;
    return response.status;
  }

  /** Gives signs, whoever is there to hear them. */
  beat(): void {
    this.#timer = setInterval(() => void this.#beatOnce(), BEAT_EVERY_MS);
    onTestFinished(() => this.fallSilent());
  }

  fallSilent(): void {
    clearInterval(this.#timer);
  }

  async close(): Promise<number> {
    const body = JSON.stringify({ id: this.sessionId, secret: this.closeSecret });
    return (await fetch(`${this.url}/close`, { method: 'POST', body })).status;
  }

  async #beatOnce(): Promise<void> {
    if (this.#beating) return;
    this.#beating = true;
    const sentAt = Date.now();
    try {
      const { status } = await this.sign();
      if (status === 204) this.heardAt = sentAt;
      else this.refusals.push(status);
    } catch {
      // Nobody listens now.
    } finally {
      this.#beating = false;
    }
  }

  sign(): Promise<Response> {
    return fetch(`${this.url}/sessions/${this.sessionId}/beat`, { method: 'POST', headers: this.headers });
  }
}

/** Each call gives a page of a length of its own. */
export function pageMaker() {
  let pages = 0;
  return (url: string, service: PaidService, headers: Readonly<Record<string, string>> = {}): Page => {
    if (pages === MOST_PAGES) throw new Error('There are no more lengths.');
    pages += 1;
    return new Page(url, service, SHORTEST_SECONDS + pages - 1, headers);
  };
}
