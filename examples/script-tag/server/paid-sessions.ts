/** The two calls to AKOOL that a page must not make itself, because they need the key. */

export interface Account {
  /** `https://openapi.akool.com`, or the mock's. */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly avatarId: string;
  readonly provider: 'agora' | 'livekit' | 'trtc';
  readonly durationSeconds: number;
}

/** What the page gets: enough to join, and when it ends. */
export interface PaidSession {
  readonly _id: string;
  readonly stream_type: string;
  readonly credentials: object;
  readonly duration: number;
}

export interface PaidSessions {
  /** @throws Error with the service's code and message */
  open(): Promise<PaidSession>;
  /** False for one that was not opened here, or is closed already. */
  close(id: string): Promise<boolean>;
  closeAll(): Promise<void>;
}

/** More than one person at one machine needs. */
const MOST_OPEN = 4;
const SUCCESS = 1_000;

export function createPaidSessions(account: Account): PaidSessions {
  const { baseUrl, apiKey, avatarId, provider, durationSeconds } = account;
  const open = new Set<string>();
  /** Asked for, and not there yet. */
  let opening = 0;

  async function call(action: string, body: object): Promise<Partial<PaidSession>> {
    const answer = await fetch(`${baseUrl}/api/open/v4/liveAvatar/session/${action}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': apiKey },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(15_000),
    });
    const {
      code,
      msg,
      data = {},
    } = (await answer.json()) as {
      readonly code: number;
      readonly msg: string;
      readonly data?: Partial<PaidSession>;
    };
    if (code !== SUCCESS) throw new Error(`AKOOL refused ${action}: ${code} ${msg}`);
    return data;
  }

  async function order(): Promise<PaidSession> {
    const wanted = { avatar_id: avatarId, duration: durationSeconds, stream_type: provider };
    const { _id, stream_type = provider, credentials } = await call('create', wanted);
    if (_id === undefined) throw new Error('AKOOL gave no session.');
    open.add(_id);
    if (credentials === undefined) {
      await close(_id);
      throw new Error('AKOOL gave no session that can be joined.');
    }
    // By then it has ended by itself.
    setTimeout(() => open.delete(_id), durationSeconds * 1_000).unref();
    return { _id, stream_type, credentials, duration: durationSeconds };
  }

  async function close(id: string): Promise<boolean> {
    if (!open.delete(id)) return false;
    try {
      await call('close', { id });
    } catch (error) {
      // It goes on costing money: `closeAll` tries once more.
      open.add(id);
      throw error;
    }
    return true;
  }

  return {
    async open() {
      if (open.size + opening >= MOST_OPEN) {
        throw new Error('Too many sessions are open. Close a page first.');
      }
      opening += 1;
      try {
        return await order();
      } finally {
        opening -= 1;
      }
    },
    close,
    async closeAll() {
      await Promise.allSettled([...open].map(close));
    },
  };
}
