/**
 * The real SDK. It never reaches its cloud: every request to the outside fails as the test says, and the socket of a
 * client that believes it had joined is ours. The private names were read in the bundles of 4.20.0 and 4.24.8; should
 * one go, the claims that need it fail here.
 */

import { commands } from 'vitest/browser';
import type { ClientUnderTest, InChannel, SdkUnderTest, Subject } from './subject';
import { RTC } from './subject';

/** A private member, which must be there. */
function inside(owner: object, name: string): object {
  const value: unknown = Reflect.get(owner, name);
  if (typeof value !== 'object' || value === null) throw new Error(`the SDK has no private ${name} any more`);
  return value;
}

function call(owner: object, name: string, ...args: unknown[]): unknown {
  const method: unknown = Reflect.get(owner, name);
  if (typeof method !== 'function') throw new Error(`the SDK has no private ${name}() any more`);
  return Reflect.apply(method, owner, args);
}

interface Frame {
  readonly _id: string;
  readonly _type: string;
  readonly _message?: { readonly payload?: string };
}

const JOIN_INFO = {
  uid: 1,
  cname: 'room',
  sid: 'session',
  appId: 'app',
  cid: 1,
  cloudProxyServer: 'disabled',
  turnServer: { mode: 'off' },
};
const SSRC = { audio: 11, video: 12 };

const encoded = (text: string) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
const decoded = (base64: string) =>
  new TextDecoder().decode(Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)));

export function realSubject(module: { readonly default: SdkUnderTest }): Subject {
  const sdk = module.default;

  function believingJoined(config: object): ClientUnderTest {
    const client = sdk.createClient({ ...RTC, ...config });
    Reflect.set(client, '_joinInfo', { ...JOIN_INFO });
    return client;
  }

  return {
    sdk,
    module,
    outside: (how) => commands.blockOutside(how),
    joinedWithoutSocket: async (config = {}) => believingJoined(config),
    inChannel: async (config = {}) => inChannel(believingJoined(config)),
    settle: () => new Promise((resolve) => setTimeout(resolve, 30)),
  };
}

function inChannel(client: ClientUnderTest): InChannel {
  const gateway = inside(client, '_gateway');
  const signal = inside(gateway, 'signal');
  const socket = inside(signal, 'websocket');
  const frames: Frame[] = [];
  const answered = new Set<string>();
  Reflect.set(client, '_uid', JOIN_INFO.uid);
  Reflect.set(client, '_channelName', JOIN_INFO.cname);
  Reflect.set(gateway, 'joinInfo', { ...JOIN_INFO });
  Reflect.set(gateway, '_state', 'CONNECTED');
  Reflect.set(signal, '_connectionState', 'connected');
  Reflect.set(socket, '_state', 'connected');
  Reflect.set(socket, 'sendMessage', (frame: Frame) => {
    frames.push(frame);
    // Leaving waits for its answer.
    if (frame._type === 'leave')
      queueMicrotask(() => call(signal, 'emit', `res-@${frame._id}`, 'success', {}));
  });
  const say = (type: string, message: object) =>
    call(signal, 'onWebsocketMessage', { data: JSON.stringify({ _type: type, _message: message }) });
  return {
    client,
    sent: () =>
      frames
        .filter(({ _type }) => _type === 'data_stream')
        .map(({ _message }) => decoded(_message?.payload ?? '')),
    answer() {
      for (const { _id } of frames) {
        if (answered.has(_id)) continue;
        answered.add(_id);
        call(signal, 'emit', `res-@${_id}`, 'success', {});
      }
    },
    loseSocket: () => void Reflect.set(signal, '_connectionState', 'closed'),
    cut: () => void Reflect.set(socket, 'state', 'reconnecting'),
    restore() {
      Reflect.set(socket, '_state', 'connected');
      Reflect.set(signal, 'connectionState', 'connected');
    },
    giveUp: () => void call(signal, 'close', 'NETWORK_ERROR'),
    deliver: (uid, text) => void say('on_data_stream', { uid, payload: encoded(text) }),
    userOnline: (uid) => void say('on_user_online', { uid }),
    userOffline: (uid) => void say('on_user_offline', { uid, reason: 'Quit' }),
    show: (uid, kind) => void say(`on_add_${kind}_stream`, { uid, ssrcId: SSRC[kind], uint_id: uid }),
    hide: (uid) => void say('on_remove_stream', { uid }),
    mute: (uid, kind, muted) => void say(`${muted ? 'mute' : 'unmute'}_${kind}`, { uid }),
    joinElsewhere: () => void say('on_notification', { code: 2003 }),
    ban: () => void say('on_user_banned', { error_code: 14 }),
    banChannel: () => void say('on_user_banned', { error_code: 16 }),
    expiring: () => void say('on_token_privilege_will_expire', {}),
    expired: () => void say('on_token_privilege_did_expire', {}),
  };
}
