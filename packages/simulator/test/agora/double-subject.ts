import type { AgoraBehaviour, AgoraClientConfig } from '../../src/agora/index';
import { createAgoraCloud } from '../../src/agora/index';
import type { MemoryParticipant } from '../../src/index';
import type { ClientUnderTest, InChannel, SdkUnderTest, Subject } from './subject';
import { RTC } from './subject';
import { defaultTrack } from './tracks';

const ROOM = 'room';
const LATENCY_MS = 1;
const REACH = { aborted: 'unresolved', 'server-error': 'server-error', hangs: 'hangs' } as const;

/** The double, on the machine's clock, as the real one is asked. */
export async function doubleSubject(behaviour: Partial<AgoraBehaviour> = {}): Promise<Subject> {
  const cloud = createAgoraCloud({
    conditions: { latencyMs: LATENCY_MS },
    behaviour: { tokens: 'any', ...behaviour },
    onListenerError: () => {},
  });
  const module = await cloud.sdk();
  const sdk: SdkUnderTest = module.default as SdkUnderTest;

  async function joined(config: Partial<AgoraClientConfig> = {}) {
    cloud.faults.reach = 'open';
    const client = module.default.createClient({ ...RTC, ...config });
    await client.join('app', ROOM, null, 1);
    return client;
  }

  return {
    sdk,
    module,
    async outside(how) {
      cloud.faults.reach = REACH[how];
    },
    async joinedWithoutSocket(config) {
      const client = await joined(config);
      client.loseSocket();
      return client as ClientUnderTest;
    },
    async inChannel(config) {
      const client = await joined(config);
      const others = new Map<string, MemoryParticipant>();
      const tracks = new Map<string, MediaStreamTrack>();
      const { network, faults } = cloud;
      const from = network.handedOver.length;
      let answers: (() => void)[] = [];
      faults.send = () => new Promise((resolve) => answers.push(resolve));
      const other = (uid: unknown) => {
        const id = String(uid);
        const known = others.get(id) ?? network.join(ROOM, id);
        others.set(id, known);
        return known;
      };
      const track = (uid: unknown, kind: 'audio' | 'video') => {
        const known = tracks.get(`${uid} ${kind}`) ?? defaultTrack(kind);
        tracks.set(`${uid} ${kind}`, known);
        return known;
      };
      const inside: InChannel = {
        client: client as ClientUnderTest,
        sent: () => network.handedOver.slice(from).map((bytes) => new TextDecoder().decode(bytes)),
        answer() {
          for (const resolve of answers) resolve();
          answers = [];
        },
        loseSocket: () => client.loseSocket(),
        cut: () => network.cut(ROOM, '1'),
        restore: () => network.reconnectLossily(ROOM, '1'),
        giveUp: () => network.end('network-lost', ROOM, '1'),
        deliver: (uid, text) => other(uid).send(new TextEncoder().encode(text)),
        userOnline: (uid) => void other(uid),
        userOffline(uid) {
          other(uid).leave();
          others.delete(String(uid));
        },
        show: (uid, kind) => other(uid).publish(track(uid, kind)),
        hide: (uid, kind) => other(uid).unpublish(track(uid, kind)),
        mute: (uid, kind, muted) => other(uid).mute(track(uid, kind), muted),
        joinElsewhere: () => network.end('joined-elsewhere', ROOM, '1'),
        ban: () => client.disconnect('UID_BANNED'),
        banChannel: () => client.disconnect('CHANNEL_BANNED'),
        expiring: () => client.emit('token-privilege-will-expire'),
        expired: () => network.end('credentials-expired', ROOM, '1'),
      };
      return inside;
    },
    settle: () => new Promise((resolve) => setTimeout(resolve, 30)),
  };
}
