/**
 * LiveKit, live: LiveKit Cloud, or a livekit-server of one's own.
 *
 * | variable | where it comes from |
 * | --- | --- |
 * | `LIVEKIT_URL` | cloud.livekit.io → Settings: `wss://….livekit.cloud`; or a server's `ws://127.0.0.1:7880` |
 * | `LIVEKIT_API_KEY`, `LIVEKIT_API_SECRET` | Settings → API keys; or `keys` in the server's configuration |
 *
 * Tokens are signed here, in Node, for rooms of this run. The secret reaches no page. What it answers: whether a
 * sender hears itself, when events come, when a send resolves, whether order holds, whether early messages arrive.
 */

import { type LiveProvider, VariableError } from '../live-provider';
import { earlyMessages, eventOrder, lateJoiner, order, resolveTime, selfEcho } from './common-questions';

const GRANT = { roomJoin: true, canPublish: true, canSubscribe: true, canPublishData: true };

interface DataRoom {
  on(
    event: 'dataReceived',
    listener: (payload: Uint8Array, participant?: { readonly identity: string }) => void,
  ): unknown;
}

export const livekit: LiveProvider<'livekit'> = {
  provider: 'livekit',
  real: 'a real LiveKit server and livekit-client in Chromium',
  variables: [
    { name: 'LIVEKIT_URL', secret: false },
    { name: 'LIVEKIT_API_KEY', secret: false },
    { name: 'LIVEKIT_API_SECRET', secret: true },
  ],
  secretField: 'token',
  async access({ LIVEKIT_URL: url = '', LIVEKIT_API_KEY, LIVEKIT_API_SECRET }) {
    if (!/^wss?:\/\//.test(url) || !URL.canParse(url))
      throw new VariableError('LIVEKIT_URL', 'an address that begins with wss:// or ws://');
    const { AccessToken } = await import('livekit-server-sdk');
    return {
      async credentials(room, identity) {
        const token = new AccessToken(LIVEKIT_API_KEY, LIVEKIT_API_SECRET, { identity });
        token.addGrant({ ...GRANT, room });
        return { url, token: await token.toJwt() };
      },
      isLocal: isLoopback(url),
    };
  },
  async open() {
    const { livekit: transport } = await import('@avatarwire/livekit');
    return { transport: () => transport() };
  },
  observe(native, onMessage) {
    if (!isDataRoom(native)) return;
    native.on('dataReceived', (payload, participant) =>
      onMessage({ from: participant?.identity ?? '', bytes: payload.length, firstByte: payload[0] ?? -1 }),
    );
  },
  twiceInARoom: 'first-ends',
  questions: [selfEcho, eventOrder, resolveTime, order, earlyMessages, lateJoiner],
};

function isLoopback(url: string): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);
}

function isDataRoom(native: unknown): native is DataRoom {
  return typeof native === 'object' && native !== null && 'on' in native;
}
