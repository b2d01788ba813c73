// Core's devices over a double of the browser's, and core's own publishing over a double of an SDK.
import { describe, expect, test } from 'vitest';
import { AvatarError } from '../../src/errors';
import { codeOf, gate, mediaStage, settled } from './stage';

describe('a device', () => {
  test('is neither opened nor listened to before it is asked for', async () => {
    const { devices, history } = mediaStage();
    await settled();
    expect([devices.asked, devices.allListeners, history]).toEqual([[], 0, []]);
  });

  test('that is enabled without a connection opens, and is sent once there is one', async () => {
    const stage = mediaStage();
    await stage.microphone.enable();
    expect(stage.states.microphone).toMatchObject({ status: 'on', sending: false, permission: 'granted' });
    const { sent } = stage.join();
    await settled();
    expect(stage.states.microphone).toMatchObject({ status: 'on', sending: true });
    expect(sent.get('microphone')?.track).toBe(stage.microphone.track);
  });

  test('that is enabled while joined resolves when it is sent', async () => {
    const stage = mediaStage();
    const connection = stage.join();
    await stage.camera.enable();
    expect(connection.calls).toEqual(['publish camera enabled', 'limit camera 1500000']);
    expect(stage.states.camera).toMatchObject({ status: 'on', sending: true, quality: 'medium' });
    await stage.camera.enable();
    expect(stage.devices.asked).toHaveLength(1);
  });

  test('that is disabled is let go in the same turn, then taken from the connection', async () => {
    const stage = mediaStage();
    const { calls } = stage.join();
    await stage.microphone.enable();
    const off = stage.microphone.disable();
    expect(stage.devices.live('audio')).toEqual([]);
    expect(stage.microphone.track).toBeUndefined();
    expect(stage.states.microphone).toMatchObject({ status: 'off', sending: false });
    await off;
    expect(calls.at(-1)).toBe('unpublish microphone');
    expect(stage.devices.allListeners).toBe(0);
  });

  test('that is allowed only after it was disabled is stopped when it comes', async () => {
    const stage = mediaStage();
    const question = gate();
    stage.devices.answer = question.pass;
    const on = stage.microphone.enable();
    await stage.microphone.disable();
    await on;
    question.open();
    await settled();
    expect(stage.devices.opened.map(({ readyState }) => readyState)).toEqual(['ended']);
    expect(stage.states.microphone?.status).toBe('off');
  });

  test('that is wanted again while the visitor is still being asked is asked for once', async () => {
    const stage = mediaStage();
    const question = gate();
    stage.devices.answer = question.pass;
    const calls = [stage.microphone.enable(), stage.microphone.disable(), stage.microphone.enable()];
    await settled();
    question.open();
    await Promise.all(calls);
    expect(stage.devices.asked).toHaveLength(1);
    expect(stage.devices.live('audio')).toHaveLength(1);
    expect(stage.states.microphone?.status).toBe('on');
  });

  test('that the network does not take is let go, and enable rejects with its error', async () => {
    const stage = mediaStage();
    const connection = stage.join();
    const refusal = new AvatarError('unsupported', 'Not permitted.');
    connection.answer = () => Promise.reject(refusal);
    await expect(stage.microphone.enable()).rejects.toBe(refusal);
    expect(stage.states.microphone).toMatchObject({
      status: 'off',
      problem: { reason: 'not-sent', error: refusal },
    });
    expect(stage.devices.live('audio')).toEqual([]);
    expect(stage.failures).toEqual([]);
    connection.answer = async () => {};
    await stage.microphone.enable();
    expect(stage.states.microphone?.problem).toBeUndefined();
  });

  test('that the network does not take when nobody has asked is an event', async () => {
    const stage = mediaStage();
    await stage.microphone.enable();
    stage.join().answer = () => Promise.reject(new Error('boom'));
    await settled();
    expect(stage.failures).toMatchObject([
      { source: 'microphone', problem: { reason: 'not-sent', error: { code: 'network' } } },
    ]);
    expect(stage.devices.live('audio')).toEqual([]);
  });

  test('is sent over the next connection when the one before is gone', async () => {
    const stage = mediaStage();
    stage.join();
    await stage.microphone.enable();
    stage.leave();
    expect(stage.states.microphone).toMatchObject({ status: 'on', sending: false });
    const { sent } = stage.join();
    await settled();
    expect(sent.get('microphone')?.track).toBe(stage.microphone.track);
    expect(stage.devices.asked).toHaveLength(1);
  });

  test('that cannot be taken from a connection that is away takes its old place there later', async () => {
    const stage = mediaStage();
    const connection = stage.join();
    await stage.microphone.enable();
    connection.isDown = true;
    await stage.microphone.disable();
    await stage.microphone.enable();
    expect(stage.states.microphone).toMatchObject({ status: 'on', sending: false });
    connection.isDown = false;
    stage.follow();
    await settled();
    expect(connection.calls).toEqual(['publish microphone enabled', 'replace microphone']);
    expect(connection.sent.get('microphone')?.track).toBe(stage.microphone.track);
  });

  test('ends with the session, in the same turn, and can be enabled again', async () => {
    const stage = mediaStage();
    stage.join();
    await Promise.all([stage.microphone.enable(), stage.camera.enable(), stage.screen.enable()]);
    stage.stop();
    expect([...stage.devices.live('audio'), ...stage.devices.live('video')]).toEqual([]);
    expect(stage.devices.allListeners).toBe(0);
    stage.leave();
    await stage.microphone.enable();
    expect(stage.states.microphone?.status).toBe('on');
    stage.stop();
    await settled();
    expect([stage.devices.allListeners, stage.clock.pendingTimers]).toEqual([0, 0]);
  });

  test('that is asked for without a browser, or without https, is refused as that', async () => {
    const stage = mediaStage({ devices: undefined } as object);
    expect(await codeOf(stage.microphone.enable())).toBe('unsupported');
    Object.assign(globalThis, { isSecureContext: false });
    const code = await codeOf(stage.microphone.enable());
    Reflect.deleteProperty(globalThis, 'isSecureContext');
    expect(code).toBe('insecure-context');
    expect(stage.states.microphone?.problem?.remedy).toMatch(/https/);
  });

  test('refuses what it cannot understand, naming it', async () => {
    const { microphone, camera } = mediaStage();
    const calls = [
      microphone.choose(''),
      microphone.setMuted('yes' as never),
      microphone.use({} as never),
      camera.setFacing('left' as never),
      camera.setQuality('best' as never),
    ];
    expect(await Promise.all(calls.map(codeOf))).toEqual(calls.map(() => 'invalid-argument'));
    expect(() => mediaStage({ constraints: 'loud' as never })).toThrow(/constraints/);
  });
});

describe('a muted device', () => {
  test('is disabled before it is sent, so that not a word slips out', async () => {
    const stage = mediaStage();
    await stage.microphone.setMuted(true);
    const connection = stage.join();
    await stage.microphone.enable();
    expect(connection.calls).toEqual(['publish microphone disabled', 'mute microphone']);
    expect(connection.handedOver).toEqual([false]);
    expect(stage.microphone.track?.enabled).toBe(false);
    await stage.microphone.setMuted(false);
    expect(connection.calls.at(-1)).toBe('unmute microphone');
    expect(stage.microphone.track?.enabled).toBe(true);
  });

  test('that is unmuted while it is being published is muted and unmuted at the network, which may hold a disabled copy', async () => {
    const stage = mediaStage();
    await stage.microphone.setMuted(true);
    const connection = stage.join();
    const answer = gate();
    connection.answer = answer.pass;
    const on = stage.microphone.enable();
    await settled();
    const unmuted = stage.microphone.setMuted(false);
    answer.open();
    await Promise.all([on, unmuted]);
    expect(connection.calls).toEqual(['publish microphone disabled', 'mute microphone', 'unmute microphone']);
    expect(stage.microphone.track?.enabled).toBe(true);
  });

  test('that can be sent but not muted is taken back', async () => {
    const stage = mediaStage();
    await stage.microphone.setMuted(true);
    const connection = stage.join();
    connection.answer = async (call) => {
      if (call === 'mute microphone') throw new Error('no');
    };
    expect(await codeOf(stage.microphone.enable())).toBe('network');
    await settled();
    expect(connection.calls.at(-1)).toBe('unpublish microphone');
    expect(connection.sent.size).toBe(0);
  });

  test('is silent in the turn of the call, however long the network takes', async () => {
    const stage = mediaStage();
    const connection = stage.join();
    await stage.microphone.enable();
    const answer = gate();
    connection.answer = answer.pass;
    const muted = stage.microphone.setMuted(true);
    expect(stage.microphone.track?.enabled).toBe(false);
    answer.open();
    await muted;
    expect(connection.sent.get('microphone')?.muted).toBe(true);
  });

  test('is muted at the network also while the visitor is asked for another one', async () => {
    const stage = mediaStage();
    const connection = stage.join();
    await stage.microphone.enable();
    const question = gate();
    stage.devices.answer = question.pass;
    const chosen = stage.microphone.choose('mic-2');
    await stage.microphone.setMuted(true);
    expect(connection.sent.get('microphone')?.muted).toBe(true);
    question.open();
    await chosen;
    expect(connection.sent.get('microphone')).toEqual({ track: stage.microphone.track, muted: true });
    expect(stage.microphone.track?.enabled).toBe(false);
  });

  test('stays so over disable, another device and another connection', async () => {
    const stage = mediaStage();
    stage.join();
    await stage.microphone.enable();
    await stage.microphone.setMuted(true);
    await stage.microphone.disable();
    await stage.microphone.enable();
    await stage.microphone.choose('mic-2');
    const { calls, sent } = stage.join();
    await settled();
    expect(calls).toEqual(['publish microphone disabled', 'mute microphone']);
    expect(sent.get('microphone')?.muted).toBe(true);
    expect(stage.states.microphone).toMatchObject({ muted: true, deviceId: 'mic-2' });
  });

  test('whose mute the network refuses is published anew, disabled', async () => {
    const stage = mediaStage();
    const connection = stage.join();
    await stage.microphone.enable();
    let refusals = 1;
    connection.answer = async (call) => {
      if (call === 'mute microphone' && refusals-- > 0) throw new Error('no');
    };
    await stage.microphone.setMuted(true);
    expect(connection.calls.slice(-3)).toEqual([
      'unpublish microphone',
      'publish microphone disabled',
      'mute microphone',
    ]);
  });
});

describe('push-to-talk', () => {
  test('is heard between press and release, muted before and after', async () => {
    const stage = mediaStage();
    const { sent } = stage.join();
    await stage.microphone.setMuted(true);
    await stage.microphone.enable();
    const release = stage.microphone.talk();
    await settled();
    expect(sent.get('microphone')?.muted).toBe(false);
    const other = stage.microphone.talk();
    release();
    release();
    await settled();
    expect(sent.get('microphone')?.muted).toBe(false);
    other();
    await settled();
    expect(sent.get('microphone')?.muted).toBe(true);
  });

  test('enables a microphone that is off, and tells by an event when it cannot', async () => {
    const stage = mediaStage();
    stage.microphone.talk()();
    await settled();
    expect(stage.states.microphone).toMatchObject({ status: 'on', muted: true });
    await stage.microphone.disable();
    stage.devices.refusals.set('any', new DOMException('Permission denied', 'NotAllowedError'));
    stage.microphone.talk();
    await settled();
    expect(stage.failures).toMatchObject([{ source: 'microphone', problem: { reason: 'denied' } }]);
  });
});
