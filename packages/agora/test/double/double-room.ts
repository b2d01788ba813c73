import type { SeenTrack } from '@avatarwire/conformance';
import type { Clock } from '@avatarwire/core';
import type { MemoryParticipant } from '@avatarwire/simulator';
import {
  type AgoraClientDouble,
  type AgoraCloud,
  type AgoraCloudOptions,
  createAgoraCloud,
  type LocalTrackDouble,
  type LocalVideoTrackDouble,
} from '@avatarwire/simulator/agora';
import type { AgoraModule } from '../../src/index';

export const CHANNEL = 'a channel';
export const AVATAR = '7000';

/** One cloud with one channel in it, seen from the far end. */
export class DoubleRoom {
  readonly cloud: AgoraCloud;
  readonly received: Uint8Array[] = [];
  readonly tokens: string[] = [];
  /** Every track that the SDK was given. */
  readonly localTracks: LocalTrackDouble[] = [];
  readonly #pictures: LocalVideoTrackDouble[] = [];
  role: 'host' | 'audience' = 'host';
  publishCalls = 0;
  readonly #members = new Map<string, MemoryParticipant>();
  readonly #shown = new Map<'audio' | 'video', MediaStreamTrack>();
  readonly #foreign = new Set<() => void>();

  constructor(clock: Clock, options: AgoraCloudOptions = {}) {
    this.cloud = createAgoraCloud({ clock, ...options });
  }

  /** The SDK, with its calls of publishing counted. */
  readonly sdk = async (): Promise<AgoraModule> => {
    const { default: rtc } = await this.cloud.sdk();
    const count =
      <Given extends unknown[], Result>(call: (...given: Given) => Result) =>
      (...given: Given): Result => {
        this.publishCalls += 1;
        return call(...given);
      };
    const watched = <Track extends LocalTrackDouble>(track: Track): Track => {
      this.localTracks.push(track);
      track.setMuted = count(track.setMuted.bind(track));
      return track;
    };
    return {
      createClient: (config) => {
        const client = rtc.createClient(config);
        client.publish = count(client.publish.bind(client));
        client.unpublish = count(client.unpublish.bind(client));
        return client;
      },
      createCustomAudioTrack: (config) => watched(rtc.createCustomAudioTrack(config)),
      createCustomVideoTrack: (config) => {
        const track = watched(rtc.createCustomVideoTrack(config));
        track.replaceTrack = count(track.replaceTrack.bind(track));
        track.setEncoderConfiguration = count(track.setEncoderConfiguration.bind(track));
        this.#pictures.push(track);
        return track;
      },
      setLogLevel: (level) => rtc.setLogLevel(level),
    };
  };

  credentials() {
    const given = this.cloud.credentials(CHANNEL, undefined, { role: this.role });
    this.tokens.push(given.token);
    return given;
  }

  /** The client that was made last. */
  get client(): AgoraClientDouble {
    const client = this.cloud.clients.at(-1);
    if (client === undefined) throw new Error('no client was made');
    return client;
  }

  get present(): boolean {
    return this.cloud.network.present(CHANNEL).some((id) => !this.#members.has(id));
  }

  get published(): readonly SeenTrack[] {
    return this.cloud.network
      .tracks(CHANNEL)
      .filter(({ from }) => !this.#members.has(from))
      .map(({ track, muted }) => ({
        kind: track.kind === 'audio' ? 'audio' : 'video',
        source: 'unknown',
        muted,
        track,
      }));
  }

  /** Of the picture that was published last. */
  get sentAtMost(): number | undefined {
    const { encoder } = this.#pictures.at(-1) ?? {};
    return encoder?.bitrateMax === undefined ? undefined : encoder.bitrateMax * 1_000;
  }

  /** Whoever stands at the far end; joins if need be. */
  join(id: string): MemoryParticipant {
    const known = this.#members.get(id);
    if (known !== undefined && this.cloud.network.present(CHANNEL).includes(id)) return known;
    const member = this.cloud.network.join(CHANNEL, id);
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

  get listenerCount(): number {
    return (
      this.cloud.clients.reduce((total, client) => total + client.listenerCount(), 0) - this.#foreign.size
    );
  }

  /** The function returned says whether it is still there. */
  addForeignListener(): () => boolean {
    const { client } = this;
    const listener = () => {};
    this.#foreign.add(listener);
    client.on('user-joined', listener);
    return () => client.getListeners('user-joined').includes(listener);
  }
}
