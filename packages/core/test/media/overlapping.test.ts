// Core's devices over a double of the browser's, and core's own publishing over a double of an SDK.
import { describe, expect, test } from 'vitest';
import { AvatarError } from '../../src/errors';
import { FakeDevices, FakeTrack } from './fake-devices';
import { codeOf, gate, mediaStage, settled } from './stage';

/** A camera that waits for its turn behind a microphone that the network is slow to take. */
async function behindTheMicrophone() {
  const stage = mediaStage();
  const connection = stage.join();
  const network = gate();
  connection.answer = network.pass;
  const calls = [stage.microphone.enable(), stage.camera.enable()];
  await settled();
  return { stage, connection, network, calls, camera: stage.camera };
}

describe('a device that waits for its turn at the network', () => {
  test('and is changed meanwhile is sent as the new one', async () => {
    const { stage, connection, network, calls, camera } = await behindTheMicrophone();
    calls.push(camera.choose('cam-2'));
    await settled();
    network.open();
    await Promise.all(calls);
    expect(stage.states.camera).toMatchObject({ status: 'on', sending: true, deviceId: 'cam-2' });
    expect(connection.sent.get('camera')?.track).toBe(camera.track);
    expect(stage.failures).toEqual([]);
  });

  test('and is disabled meanwhile has no problem, and is on where it was enabled again', async () => {
    const { stage, connection, network, calls, camera } = await behindTheMicrophone();
    calls.push(camera.disable());
    await settled();
    network.open();
    await Promise.all(calls);
    expect(stage.states.camera?.status).toBe('off');
    expect(stage.states.camera?.problem).toBeUndefined();
    expect(stage.failures).toEqual([]);

    const again = gate();
    connection.answer = again.pass;
    calls.push(stage.microphone.setMuted(true), camera.enable());
    await settled();
    calls.push(camera.disable(), camera.enable());
    await settled();
    again.open();
    await Promise.all(calls);
    expect(stage.states.camera).toMatchObject({ status: 'on', sending: true });
    expect(connection.sent.get('camera')?.track).toBe(camera.track);
  });
});

describe('a connection', () => {
  test('that fails once another one stands is nobody’s problem', async () => {
    const stage = mediaStage();
    const network = gate();
    stage.join().answer = async () => {
      await network.pass();
      throw new Error('gone');
    };
    const on = stage.microphone.enable();
    await settled();
    const { sent } = stage.join();
    network.open();
    await on;
    await settled();
    expect(sent.get('microphone')?.track).toBe(stage.microphone.track);
    expect(stage.states.microphone).toMatchObject({ status: 'on', sending: true });
    expect(stage.failures).toEqual([]);
  });

  test('that says only when it is back that it was away is asked again', async () => {
    const stage = mediaStage();
    const connection = stage.join();
    const network = gate();
    connection.answer = async () => {
      await network.pass();
      connection.answer = async () => {};
      throw new AvatarError('not-connected', 'It was away.');
    };
    const on = stage.microphone.enable();
    await settled();
    stage.follow();
    network.open();
    await on;
    expect(stage.states.microphone).toMatchObject({ status: 'on', sending: true });
  });

  test('that was away when a quality was chosen is limited once it is back', async () => {
    const stage = mediaStage();
    const connection = stage.join();
    await stage.camera.enable();
    connection.isDown = true;
    await stage.camera.setQuality('low');
    connection.isDown = false;
    stage.follow();
    await settled();
    expect(connection.limits.get('camera')).toBe(400_000);
  });

  test('gets a muted device in place of another one disabled, and muted first', async () => {
    const stage = mediaStage();
    const connection = stage.join();
    await stage.microphone.enable();
    connection.isDown = true;
    await stage.microphone.setMuted(true);
    await stage.microphone.choose('mic-2');
    connection.isDown = false;
    stage.follow();
    await settled();
    await stage.microphone.choose('mic-1');
    expect(connection.calls.slice(1)).toEqual([
      'mute microphone',
      'replace microphone',
      'replace microphone',
    ]);
    expect(connection.handedOver).toEqual([true, false, false]);
    expect(connection.sent.get('microphone')).toEqual({ track: stage.microphone.track, muted: true });
  });
});

test('enable resolves at once where it is sent already, though the visitor is being asked for another one', async () => {
  const stage = mediaStage();
  stage.join();
  await stage.microphone.enable();
  const question = gate();
  stage.devices.answer = question.pass;
  const chosen = stage.microphone.choose('mic-2');
  await stage.microphone.enable();
  question.open();
  await chosen;
  expect(stage.states.microphone).toMatchObject({ status: 'on', deviceId: 'mic-2' });
});

describe('a processor', () => {
  test('in use is used for the next device also when its successor failed because the device ended', async () => {
    const stage = mediaStage();
    stage.join();
    const blurred = new FakeTrack('video');
    const blur = { name: 'blur', process: async () => ({ track: blurred, stop() {} }) };
    const ready = gate();
    const broken = {
      name: 'broken',
      process: async () => {
        await ready.pass();
        throw new Error('no input');
      },
    };
    await stage.camera.use(blur);
    await stage.camera.enable();
    await stage.clock.advance(5_000);
    const used = codeOf(stage.camera.use(broken));
    stage.devices.unplug('cam-1');
    ready.open();
    expect(await used).toBe('Error: no input');
    await settled();
    expect(stage.states.camera).toMatchObject({ status: 'on', deviceId: 'cam-2' });
    expect(stage.camera.track).toBe(blurred);
  });

  test('that comes late and fails to stop disturbs nobody', async () => {
    const rejections: unknown[] = [];
    const note = (reason: unknown) => rejections.push(reason);
    process.on('unhandledRejection', note);
    const stage = mediaStage();
    const ready = gate();
    const slow = {
      name: 'slow',
      async process(track: MediaStreamTrack) {
        await ready.pass();
        return {
          track,
          stop() {
            throw new Error('no');
          },
        };
      },
    };
    await stage.microphone.use(slow);
    const on = stage.microphone.enable();
    await settled();
    await stage.microphone.disable();
    await on;
    ready.open();
    await settled();
    process.off('unhandledRejection', note);
    expect(rejections).toEqual([]);
  });
});

test('a camera that never answers about its quality can be let go of and opened again', async () => {
  const stage = mediaStage();
  await stage.camera.enable();
  const [track] = stage.devices.opened;
  if (track) track.applyConstraints = () => new Promise(() => {});
  const changed = stage.camera.setQuality('high');
  await stage.camera.disable();
  await changed;
  await stage.camera.enable();
  expect(stage.states.camera).toMatchObject({ status: 'on', quality: 'high' });
});

test('the only microphone, unplugged, is not asked for again, in whichever order the browser answers', async () => {
  const stage = mediaStage();
  const { devices } = stage;
  devices.hardware = [{ id: 'mic-1' }];
  await stage.microphone.enable();
  await settled();
  await stage.clock.advance(5_000);
  const second = gate();
  const { enumerateDevices } = FakeDevices.prototype;
  let calls = 0;
  devices.enumerateDevices = async () => {
    calls += 1;
    if (calls > 1) await second.pass();
    return enumerateDevices.call(devices);
  };
  devices.unplug('mic-1');
  await settled();
  second.open();
  await settled();
  expect(devices.asked).toHaveLength(1);
  expect(stage.states.microphone).toMatchObject({ status: 'interrupted', problem: { reason: 'lost' } });
});

test('a speaker that is taken late, after a later one was refused, is the one shown', async () => {
  const stage = mediaStage();
  const late = gate();
  stage.output = async (id) => {
    if (id === 'late') await late.pass();
    else throw new AvatarError('device-unavailable', 'It is not there.');
  };
  const chosen = stage.speaker.choose('late');
  expect(await codeOf(stage.speaker.choose('refused'))).toBe('device-unavailable');
  late.open();
  await chosen;
  expect(stage.speakers.at(-1)).toMatchObject({ chosenId: 'late' });
});
