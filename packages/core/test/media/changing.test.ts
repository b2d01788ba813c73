// Core's devices over a double of the browser's, and core's own publishing over a double of an SDK.
import { describe, expect, test } from 'vitest';
import { CountedTarget, FakeTrack } from './fake-devices';
import { codeOf, gate, mediaStage, settled } from './stage';

/** A microphone that is on and sent. */
async function on() {
  const stage = mediaStage();
  const connection = stage.join();
  await stage.microphone.enable();
  await settled();
  return { stage, connection, devices: stage.devices, microphone: stage.microphone };
}

describe('another device', () => {
  test('is opened, then sent, then the one before is let go', async () => {
    const { devices, connection, microphone } = await on();
    const [first] = devices.opened;
    let wasLive: boolean | undefined;
    connection.answer = async (call) => {
      if (call === 'replace microphone') wasLive = first?.readyState === 'live';
    };
    await microphone.choose('mic-2');
    expect(wasLive).toBe(true);
    expect(first?.readyState).toBe('ended');
    expect(connection.sent.get('microphone')?.track).toBe(devices.opened[1]);
    expect(devices.allListeners).toBe(1 + 3);
  });

  test('that is not there is refused, and the one before stays', async () => {
    const { stage, devices, microphone } = await on();
    expect(await codeOf(microphone.choose('mic-9'))).toBe('device-unavailable');
    expect(stage.states.microphone).toMatchObject({ status: 'on', deviceId: 'mic-1' });
    expect(stage.states.microphone?.chosenId).toBeUndefined();
    expect(stage.states.microphone?.problem).toBeUndefined();
    expect(devices.live('audio')).toHaveLength(1);
  });

  test('that is chosen while the first one opens is the one that is used; one that is not there is refused', async () => {
    const stage = mediaStage();
    const question = gate();
    stage.devices.answer = question.pass;
    const enabled = stage.microphone.enable();
    const refused = codeOf(stage.microphone.choose('mic-9'));
    question.open();
    await enabled;
    expect(await refused).toBe('device-unavailable');
    expect(stage.states.microphone).toMatchObject({ status: 'on', deviceId: 'mic-1' });

    await stage.microphone.disable();
    await Promise.all([stage.microphone.enable(), stage.microphone.choose('mic-2')]);
    expect(stage.states.microphone).toMatchObject({ deviceId: 'mic-2', chosenId: 'mic-2' });
    expect(stage.devices.live('audio')).toHaveLength(1);
  });

  test('that was chosen while off is used when it is there, and the system’s own otherwise', async () => {
    const stage = mediaStage();
    await stage.microphone.choose('mic-2');
    expect(stage.states.microphone).toMatchObject({ status: 'off', chosenId: 'mic-2' });
    await stage.microphone.enable();
    expect(stage.states.microphone?.deviceId).toBe('mic-2');
    await stage.microphone.disable();
    await stage.microphone.choose('mic-of-last-week');
    await stage.microphone.enable();
    expect(stage.states.microphone).toMatchObject({ deviceId: 'mic-1', chosenId: 'mic-of-last-week' });
  });

  test('is let go of while the connection is away, and the new one takes its place when that is back', async () => {
    const { connection, microphone, devices, stage } = await on();
    connection.isDown = true;
    await microphone.choose('mic-2');
    expect(devices.live('audio')).toEqual([microphone.track]);
    expect(stage.states.microphone).toMatchObject({ status: 'on', sending: false, deviceId: 'mic-2' });
    connection.isDown = false;
    stage.follow();
    await settled();
    expect(connection.calls.at(-1)).toBe('replace microphone');
    expect(connection.sent.get('microphone')?.track).toBe(microphone.track);
  });

  test('that the network does not take in place is published anew', async () => {
    const { connection, microphone, devices } = await on();
    connection.answer = async (call) => {
      if (call.startsWith('replace')) throw new Error('no');
    };
    await microphone.choose('mic-2');
    expect(connection.calls.slice(-3)).toEqual([
      'replace microphone',
      'unpublish microphone',
      'publish microphone enabled',
    ]);
    expect(devices.live('audio')).toHaveLength(1);
  });

  test('on a phone, the camera before is closed where both cannot be open; it comes back if the other fails', async () => {
    const stage = mediaStage();
    const { devices } = stage;
    stage.join();
    devices.oneCamera = true;
    await stage.camera.enable();
    await stage.camera.setFacing('environment');
    expect(stage.states.camera).toMatchObject({ deviceId: 'cam-2', facing: 'environment', sending: true });
    expect(devices.live('video')).toHaveLength(1);
    devices.refusals.set('cam-1', new DOMException('busy', 'NotReadableError'));
    expect(await codeOf(stage.camera.setFacing('user'))).toBe('device-unavailable');
    await settled();
    expect(stage.states.camera).toMatchObject({ status: 'on', deviceId: 'cam-2', facing: 'environment' });
    expect(devices.live('video')).toHaveLength(1);
  });

  test('forgets the side when it is chosen, and the choice when a side is asked for', async () => {
    const stage = mediaStage();
    await stage.camera.setFacing('environment');
    await stage.camera.choose('cam-1');
    expect(stage.states.camera).toMatchObject({ chosenId: 'cam-1' });
    expect(stage.states.camera?.facing).toBeUndefined();
    await stage.camera.setFacing('user');
    expect(stage.states.camera?.chosenId).toBeUndefined();
  });
});

describe('a device that is unplugged', () => {
  test('gives way to the system’s own, muted as it was, and comes back when it is plugged in', async () => {
    const { stage, devices, microphone, connection } = await on();
    await microphone.choose('mic-2');
    await microphone.setMuted(true);
    await stage.clock.advance(5_000);
    devices.unplug('mic-2');
    expect(stage.states.microphone).toMatchObject({ status: 'interrupted', sending: false });
    await settled();
    expect(stage.states.microphone).toMatchObject({
      status: 'on',
      sending: true,
      muted: true,
      deviceId: 'mic-1',
      chosenId: 'mic-2',
    });
    expect(connection.sent.get('microphone')?.muted).toBe(true);
    devices.plugIn({ id: 'mic-2' });
    await settled();
    expect(stage.states.microphone).toMatchObject({ status: 'on', muted: true, deviceId: 'mic-2' });
    expect(microphone.track?.enabled).toBe(false);
    expect(devices.live('audio')).toHaveLength(1);
    expect(stage.failures).toEqual([]);
  });

  test('is lost where there is no other, told once, and back when one is plugged in', async () => {
    const { stage, devices } = await on();
    await stage.clock.advance(5_000);
    devices.hardware = devices.hardware.filter(({ id }) => id !== 'mic-2');
    devices.unplug('mic-1');
    await settled();
    expect(stage.states.microphone).toMatchObject({ status: 'interrupted', problem: { reason: 'lost' } });
    expect(stage.failures).toMatchObject([{ source: 'microphone', problem: { reason: 'lost' } }]);
    devices.plugIn({ id: 'speaker-2', kind: 'audiooutput' });
    await settled();
    expect(stage.states.microphone?.status).toBe('interrupted');
    devices.plugIn({ id: 'mic-3' });
    await settled();
    expect(stage.states.microphone).toMatchObject({ status: 'on', sending: true, deviceId: 'mic-3' });
    expect(stage.states.microphone?.problem).toBeUndefined();
    expect(stage.failures).toHaveLength(1);
  });

  test('and was lost is off once it is disabled, and nothing listens any more', async () => {
    const { stage, devices, microphone, connection } = await on();
    devices.hardware = devices.hardware.filter(({ id }) => id !== 'mic-2');
    devices.unplug('mic-1');
    await settled();
    await microphone.disable();
    expect(stage.states.microphone?.status).toBe('off');
    expect(stage.states.microphone?.problem).toBeUndefined();
    expect(connection.sent.size).toBe(0);
    expect(devices.allListeners).toBe(0);
    expect(await codeOf(microphone.enable())).toBe('device-unavailable');
  });

  test('and ends again right after it was opened is not opened over and over', async () => {
    const { stage, devices } = await on();
    await stage.clock.advance(5_000);
    devices.opened.at(-1)?.endByItself();
    await settled();
    expect(devices.opened).toHaveLength(2);
    devices.opened.at(-1)?.endByItself();
    await settled();
    expect(devices.opened).toHaveLength(2);
    expect(stage.states.microphone).toMatchObject({ status: 'interrupted', problem: { reason: 'lost' } });
  });

  test('and was lost gives way at once to one that is chosen then', async () => {
    const { stage, devices, microphone, connection } = await on();
    devices.opened.at(-1)?.endByItself();
    await settled();
    expect(stage.states.microphone).toMatchObject({ status: 'interrupted', problem: { reason: 'lost' } });
    expect(await codeOf(microphone.choose('mic-9'))).toBe('device-unavailable');
    await microphone.choose('mic-2');
    expect(stage.states.microphone).toMatchObject({ status: 'on', sending: true, deviceId: 'mic-2' });
    expect(stage.states.microphone?.problem).toBeUndefined();
    expect(connection.sent.get('microphone')?.track).toBe(microphone.track);
    expect(stage.failures).toHaveLength(1);
  });

  test('is not asked for again when it ended because the visitor took the permission back', async () => {
    const permission = Object.assign(new CountedTarget(), { state: 'granted' });
    const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
    const navigator = { permissions: { query: async () => permission } };
    Object.defineProperty(globalThis, 'navigator', { configurable: true, value: navigator });
    try {
      const { stage, devices } = await on();
      await stage.clock.advance(5_000);
      permission.state = 'prompt';
      permission.dispatchEvent(new Event('change'));
      devices.opened[0]?.endByItself();
      await settled();
      expect(devices.asked).toHaveLength(1);
      expect(stage.states.microphone).toMatchObject({
        status: 'off',
        permission: 'prompt',
        problem: { reason: 'denied', error: { code: 'permission-denied' } },
      });
      expect(stage.failures).toHaveLength(1);
      expect(permission.listeners).toBe(0);
    } finally {
      if (before) Object.defineProperty(globalThis, 'navigator', before);
    }
  });
});

describe('the system', () => {
  const standIn = (group: string, label: string) => ({ id: 'default', group, label: `Default - ${label}` });

  test('changes its own choice, and it is followed where nothing was chosen', async () => {
    const stage = mediaStage();
    const { devices, microphone } = stage;
    devices.hardware = [standIn('group of mic-1', 'The mic-1'), { id: 'mic-1' }, { id: 'mic-2' }];
    await microphone.enable();
    await settled();
    expect(stage.states.microphone).toMatchObject({ deviceId: 'mic-1' });
    expect(stage.states.microphone?.devices.map(({ id }) => id)).toEqual(['mic-1', 'mic-2']);
    devices.hardware = [standIn('group of mic-2', 'The mic-2'), { id: 'mic-1' }, { id: 'mic-2' }];
    devices.dispatchEvent(new Event('devicechange'));
    await settled();
    expect(stage.states.microphone).toMatchObject({ status: 'on', deviceId: 'mic-2' });
    expect(devices.opened.map(({ readyState }) => readyState)).toEqual(['ended', 'live']);

    await microphone.choose('mic-2');
    const opened = devices.opened.length;
    devices.hardware = [standIn('group of mic-1', 'The mic-1'), { id: 'mic-1' }, { id: 'mic-2' }];
    devices.dispatchEvent(new Event('devicechange'));
    await settled();
    expect(devices.opened).toHaveLength(opened);
  });

  test('takes a device for a phone call and gives it back', async () => {
    const { stage, devices } = await on();
    devices.opened[0]?.interrupt(true);
    expect(stage.states.microphone?.status).toBe('interrupted');
    devices.opened[0]?.interrupt(false);
    expect(stage.states.microphone?.status).toBe('on');
  });

  test('that does not give it back to a page in the foreground is asked again, once', async () => {
    const page = Object.assign(new EventTarget(), { visibilityState: 'hidden' });
    Object.assign(globalThis, { document: page });
    try {
      const { stage, devices } = await on();
      devices.opened[0]?.interrupt(true);
      page.visibilityState = 'visible';
      page.dispatchEvent(new Event('visibilitychange'));
      expect(devices.opened).toHaveLength(1);
      await stage.clock.advance(1_000);
      expect(devices.opened.map(({ readyState }) => readyState)).toEqual(['ended', 'live']);
      expect(stage.states.microphone).toMatchObject({ status: 'on', sending: true });
      devices.opened[1]?.interrupt(true);
      await stage.clock.advance(60_000);
      expect(devices.opened).toHaveLength(2);
      page.dispatchEvent(new Event('visibilitychange'));
      stage.stop();
      await settled();
      expect(stage.clock.pendingTimers).toBe(0);
    } finally {
      Reflect.deleteProperty(globalThis, 'document');
    }
  });
});

describe('a list of devices', () => {
  test('is followed while it is watched, without a question', async () => {
    const stage = mediaStage();
    stage.devices.isAllowed = false;
    const stop = stage.microphone.watch();
    await settled();
    expect(stage.states.microphone?.devices).toEqual([
      { id: '', label: '' },
      { id: '', label: '' },
    ]);
    expect(stage.devices.asked).toEqual([]);
    stage.devices.isAllowed = true;
    stage.devices.plugIn({ id: 'mic-3' });
    await settled();
    const known = stage.states.microphone;
    expect(known?.devices.map(({ label }) => label)).toEqual(['The mic-1', 'The mic-2', 'The mic-3']);
    stage.devices.dispatchEvent(new Event('devicechange'));
    await settled();
    expect(stage.states.microphone).toBe(known);
    stop();
    stop();
    expect(stage.devices.allListeners).toBe(0);
  });

  test('tells labels once the device was allowed', async () => {
    const stage = mediaStage();
    stage.devices.isAllowed = false;
    await stage.camera.enable();
    await settled();
    expect(stage.states.camera?.devices.map(({ id }) => id)).toEqual(['cam-1', 'cam-2']);
  });

  test('of speakers belongs to the speaker, whose choice is refused where there is none', async () => {
    const stage = mediaStage();
    expect(await codeOf(stage.speaker.choose('speaker-1'))).toBe('unsupported');
    const used: string[] = [];
    stage.output = async (id) => void used.push(id);
    const stop = stage.speaker.watch();
    await settled();
    expect(stage.speakers.at(-1)).toMatchObject({ choosable: true, devices: [{ id: 'speaker-1' }] });
    await Promise.all([stage.speaker.choose('speaker-1'), stage.speaker.choose(undefined)]);
    expect(used).toEqual(['speaker-1', '']);
    await stage.speaker.choose('speaker-1');
    expect(stage.speakers.at(-1)).toMatchObject({ chosenId: 'speaker-1' });
    stage.output = undefined;
    stage.follow();
    expect(stage.speakers.at(-1)).toMatchObject({ choosable: false, chosenId: 'speaker-1' });
    stop();
    expect(stage.devices.allListeners).toBe(0);
  });
});

describe('quality', () => {
  test('is changed live at the camera and at the connection', async () => {
    const stage = mediaStage();
    const connection = stage.join();
    await stage.camera.setQuality('low');
    await stage.camera.enable();
    expect(stage.devices.asked[0]?.video).toMatchObject({ width: { ideal: 640 }, frameRate: { ideal: 15 } });
    expect(connection.limits.get('camera')).toBe(400_000);
    await stage.camera.setQuality('high');
    expect(stage.devices.opened[0]?.applied).toMatchObject([{ height: { ideal: 1_080 } }]);
    expect(connection.limits.get('camera')).toBe(3_000_000);
    expect(stage.states.camera?.quality).toBe('high');
  });

  test('that the camera refuses stays as it was', async () => {
    const stage = mediaStage();
    await stage.camera.enable();
    const [track] = stage.devices.opened;
    if (track) track.applyConstraints = () => Promise.reject(new DOMException('no', 'OverconstrainedError'));
    expect(await codeOf(stage.camera.setQuality('high'))).toBe('device-unavailable');
    expect(stage.states.camera).toMatchObject({ status: 'on', quality: 'medium' });
  });
});

describe('a processor', () => {
  function processorOf() {
    const made: FakeTrack[] = [];
    const log: string[] = [];
    const processor = {
      name: 'fake',
      async process(input: MediaStreamTrack) {
        const track = new FakeTrack('audio');
        made.push(track);
        log.push('process');
        return {
          track,
          stop() {
            log.push(`stop while ${input.readyState}`);
            track.stop();
          },
        };
      },
    };
    return { processor, made, log };
  }

  test('makes what is sent, of each device anew, and is stopped once before its device', async () => {
    const { connection, microphone, devices, stage } = await on();
    const { processor, made, log } = processorOf();
    await microphone.use(processor);
    expect(microphone.track).toBe(made[0]);
    expect(connection.sent.get('microphone')?.track).toBe(made[0]);
    expect(devices.opened).toHaveLength(1);
    await microphone.choose('mic-2');
    expect(connection.sent.get('microphone')?.track).toBe(made[1]);
    expect(log).toEqual(['process', 'process', 'stop while live']);
    await microphone.use(undefined);
    expect(connection.sent.get('microphone')?.track).toBe(devices.opened[1]);
    await microphone.use(processor);
    stage.stop();
    expect(log.slice(3)).toEqual(['stop while live', 'process', 'stop while live']);
    expect(made.every(({ readyState }) => readyState === 'ended')).toBe(true);
  });

  test('that is used and given up while the network takes another device leaves one open', async () => {
    const { microphone, devices, connection } = await on();
    const { processor, made } = processorOf();
    const answer = gate();
    connection.answer = answer.pass;
    const calls = [microphone.choose('mic-2')];
    await settled();
    calls.push(microphone.use(processor));
    await settled();
    calls.push(microphone.use(undefined));
    await settled();
    answer.open();
    await Promise.all(calls);
    expect(devices.live('audio')).toEqual([microphone.track]);
    expect(made.map(({ readyState }) => readyState)).toEqual(['ended']);
  });

  test('that fails leaves the device as it was, and its call rejects', async () => {
    const { microphone, devices, connection } = await on();
    const failure = new Error('no wasm');
    await expect(microphone.use({ name: 'broken', process: () => Promise.reject(failure) })).rejects.toBe(
      failure,
    );
    expect(microphone.track).toBe(devices.opened[0]);
    expect(connection.sent.get('microphone')?.track).toBe(devices.opened[0]);
  });

  test('that fails for a device that is enabled keeps it from being sent as it is', async () => {
    const stage = mediaStage();
    stage.join();
    await stage.camera.use({ name: 'blur', process: () => Promise.reject(new Error('no GPU')) });
    expect(await codeOf(stage.camera.enable())).toBe('unsupported');
    expect(stage.devices.live('video')).toEqual([]);
  });

  test('whose device ends while it works is stopped, and works on the next one', async () => {
    const { stage, microphone, devices, connection } = await on();
    const { processor, made, log } = processorOf();
    const ready = gate();
    const slow = {
      name: 'slow',
      process: (input: MediaStreamTrack) => ready.pass().then(() => processor.process(input)),
    };
    await stage.clock.advance(5_000);
    const used = microphone.use(slow);
    devices.opened[0]?.endByItself();
    ready.open();
    await used;
    await settled();
    expect(log).toEqual(['process', 'stop while ended', 'process']);
    expect(connection.sent.get('microphone')?.track).toBe(made[1]);
  });

  test('that is slower than the visitor is stopped when it is done', async () => {
    const { stage, microphone } = await on();
    const { processor, log } = processorOf();
    const ready = gate();
    const slow = {
      name: 'slow',
      process: (input: MediaStreamTrack) => ready.pass().then(() => processor.process(input)),
    };
    const used = microphone.use(slow);
    await microphone.disable();
    await used;
    ready.open();
    await settled();
    expect(log).toEqual(['process', 'stop while ended']);
    expect(stage.devices.live('audio')).toEqual([]);
  });
});

describe('a screen', () => {
  test('is asked for in the turn of the click, also while the one before is being taken back', async () => {
    const stage = mediaStage();
    const connection = stage.join();
    void stage.screen.enable();
    expect(stage.devices.asked).toHaveLength(1);
    await settled();
    const answer = gate();
    connection.answer = answer.pass;
    void stage.screen.disable();
    void stage.screen.enable();
    expect(stage.devices.asked).toHaveLength(2);
    expect(stage.devices.asked[1]).toMatchObject({ audio: false, video: { width: { max: 1_280 } } });
    answer.open();
    await settled();
    expect(connection.sent.get('screen')?.track).toBe(stage.screen.track);
    expect(stage.states.screen).toMatchObject({ status: 'on', sending: true, devices: [] });
  });

  test('that the visitor stops sharing is off without a problem', async () => {
    const stage = mediaStage();
    const { sent } = stage.join();
    await stage.screen.enable();
    stage.devices.opened[0]?.endByItself();
    await settled();
    expect(stage.states.screen).toMatchObject({ status: 'off', sending: false });
    expect(stage.states.screen?.problem).toBeUndefined();
    expect([stage.failures, sent.size, stage.devices.allListeners]).toEqual([[], 0, 0]);
  });

  test('whose choice is closed is dismissed, and one that no browser shares is unsupported', async () => {
    const stage = mediaStage();
    stage.devices.refusals.set('any', new DOMException('Permission denied', 'NotAllowedError'));
    expect(await codeOf(stage.screen.enable())).toBe('permission-denied');
    expect(stage.states.screen?.problem?.reason).toBe('dismissed');
    Object.assign(stage.devices, { getDisplayMedia: undefined });
    expect(await codeOf(stage.screen.enable())).toBe('unsupported');
  });
});
