import type { SeenTrack } from '@avatarwire/conformance';
import type { Clock, ProviderCredentials } from '@avatarwire/core';
import type { MemoryParticipant } from '@avatarwire/simulator';
import {
  createTrtcCloud,
  type TrtcClientDouble,
  type TrtcCloud,
  type TrtcCloudOptions,
} from '@avatarwire/simulator/trtc';
import type { TrtcSdk } from '../../src/index';

export const ROOM = 'a room';
export const AVATAR = 'avatar';

const PUBLISHING = [
  'startLocalAudio',
  'updateLocalAudio',
  'stopLocalAudio',
  'startLocalVideo',
  'updateLocalVideo',
  'stopLocalVideo',
  'startScreenShare',
  'stopScreenShare',
] as const;

/** What an instance of the SDK was called with. */
export interface Calls {
  /** Every method, in order. */
  readonly names: string[];
  readonly sent: Uint8Array[];
  /** Handlers that somebody took off; `*` for everybody's. */
  readonly off: unknown[];
  /** Handlers that were left when `destroy` was called, which takes them all. */
  atDestroy: number | undefined;
}

/** One cloud with one room in it, seen from the far end, and an SDK whose calls are written down. */
export class DoubleRoom {
  readonly cloud: TrtcCloud;
  readonly received: Uint8Array[] = [];
  readonly signatures: string[] = [];
  readonly calls: Calls[] = [];
  /** Done to every instance that is made from now on. */
  prepare: (client: TrtcClientDouble) => void = () => {};
  readonly #members = new Map<string, MemoryParticipant>();
  readonly #shown = new Map<'audio' | 'video', MediaStreamTrack>();
  readonly #foreign = new Set<() => void>();

  constructor(clock: Clock, options: TrtcCloudOptions = {}) {
    this.cloud = createTrtcCloud({ clock, ...options });
  }

  readonly sdk = async (): Promise<TrtcSdk> => {
    const sdk = await this.cloud.sdk();
    return {
      create: (options) => this.#watch(sdk.create(options)),
      isSupported: () => sdk.isSupported(),
      setLogLevel: (...given) => sdk.setLogLevel(...given),
      setCurrentSpeaker: (...given) => sdk.setCurrentSpeaker(...given),
    };
  };

  credentials(who?: string, more: { readonly cmdId?: number } = {}): ProviderCredentials['trtc'] {
    const given = this.cloud.credentials(ROOM, who, more);
    this.signatures.push(given.userSig);
    return given;
  }

  /** The instance that was made last. */
  get client(): TrtcClientDouble {
    const client = this.cloud.clients.at(-1);
    if (client === undefined) throw new Error('no instance was made');
    return client;
  }

  /** What that one was called with. */
  get called(): Calls {
    const calls = this.calls.at(-1);
    if (calls === undefined) throw new Error('no instance was made');
    return calls;
  }

  get present(): boolean {
    return this.cloud.network.present(ROOM).some((id) => !this.#members.has(id));
  }

  get published(): readonly SeenTrack[] {
    return this.cloud.network
      .tracks(ROOM)
      .filter(({ from }) => !this.#members.has(from))
      .map(({ track, source, muted }) => ({
        kind: track.kind === 'audio' ? 'audio' : 'video',
        source,
        muted,
        track,
      }));
  }

  get publishCalls(): number {
    const names: readonly string[] = PUBLISHING;
    return this.calls.flatMap((calls) => calls.names).filter((name) => names.includes(name)).length;
  }

  /** Whoever stands at the far end; joins if need be. */
  join(id: string): MemoryParticipant {
    const known = this.#members.get(id);
    if (known !== undefined && this.cloud.network.present(ROOM).includes(id)) return known;
    const member = this.cloud.network.join(ROOM, id);
    this.#members.set(id, member);
    if (id === AVATAR) member.onPacket(({ data }) => this.received.push(data));
    return member;
  }

  show(kind: 'audio' | 'video', track: MediaStreamTrack): void {
    this.#shown.set(kind, track);
    this.join(AVATAR).publish(track);
  }

  hide(kind: 'audio' | 'video'): void {
    const track = this.#shown.get(kind);
    if (track !== undefined) this.join(AVATAR).unpublish(track);
  }

  /** Ours: those that stand, and those that we left for `destroy` to take. */
  get listenerCount(): number {
    const standing = this.cloud.clients.reduce((total, client) => total + client.listenerCount(), 0);
    const abandoned = this.calls.reduce((total, { atDestroy = 0 }) => total + atDestroy, 0);
    const foreign = this.cloud.clients.every(({ destroyed }) => destroyed) ? 0 : this.#foreign.size;
    return standing + abandoned - foreign;
  }

  /**
   * `destroy` takes every handler, and leaving without it would leave an interval behind. So a foreign one stands as
   * long as nobody took it off by name, or all by `*`.
   */
  addForeignListener(): () => boolean {
    const { client, called } = this;
    const handler = () => {};
    this.#foreign.add(handler);
    client.on('remote-user-enter', handler);
    return () => !called.off.includes(handler) && !called.off.includes('*');
  }

  #watch(client: TrtcClientDouble): TrtcClientDouble {
    const calls: Calls = { names: [], sent: [], off: [], atDestroy: undefined };
    this.calls.push(calls);
    for (const name of [...PUBLISHING, 'enterRoom', 'exitRoom', 'startRemoteVideo'] as const) {
      const method: (...given: never[]) => Promise<void> = client[name].bind(client);
      Object.assign(client, {
        [name](...given: never[]) {
          calls.names.push(name);
          return method(...given);
        },
      });
    }
    const send = client.sendCustomMessage.bind(client);
    client.sendCustomMessage = (message) => {
      calls.sent.push(new Uint8Array(message.data.slice(0)));
      return send(message);
    };
    const off = client.off.bind(client);
    client.off = (event, handler) => {
      calls.off.push(event === '*' ? '*' : handler);
      return off(event, handler);
    };
    const destroy = client.destroy.bind(client);
    client.destroy = () => {
      calls.names.push('destroy');
      const foreign = this.#foreign.size;
      if (!client.destroyed) calls.atDestroy = client.listenerCount() - foreign;
      destroy();
    };
    this.prepare(client);
    return client;
  }
}

/** What the SDK rejects with, by its shape. */
export function rtcError(code: number, extraCode?: number, message = `RtcError ${code}`): Error {
  const error = new Error(message);
  return Object.assign(error, { name: 'RtcError', code, ...(extraCode !== undefined && { extraCode }) });
}
