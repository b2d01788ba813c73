import { PlaceholderTrack } from '@avatarwire/simulator';
import { describe, expect, test } from 'vitest';
import { type DoubleRoom, rtcError } from './double/double-room';
import { joined } from './double/joined';

describe('publishing, over a double of trtc-sdk-v5 5.17.1', () => {
  test('microphone light out after close: stopped before the room is left, and enabled as it was found', async () => {
    const { room, clock, transport } = await joined();
    const [sound, picture] = [new PlaceholderTrack('audio'), new PlaceholderTrack('video')];
    await clock.run(transport.publishing.publish('microphone', sound));
    await clock.run(transport.publishing.publish('camera', picture));
    await clock.run(transport.publishing.mute('microphone', true));
    expect([sound.enabled, picture.enabled]).toEqual([false, true]);
    await clock.run(transport.close());

    expect(room.called.names.slice(-4)).toEqual(['stopLocalAudio', 'stopLocalVideo', 'exitRoom', 'destroy']);
    expect([sound, picture].map(({ enabled, readyState }) => [enabled, readyState])).toEqual([
      [true, 'live'],
      [true, 'live'],
    ]);
    expect(room.client.getAudioTrack()).toBeNull();
  });

  test('never starts anything after destroy, which would open the microphone', async () => {
    const { room, clock, transport } = await joined();
    const track = new PlaceholderTrack('audio');
    room.client.kick();
    await expect(transport.publishing.publish('microphone', track)).rejects.toMatchObject({
      code: 'not-connected',
    });
    await clock.run(transport.close());
    await expect(transport.publishing.publish('microphone', track)).rejects.toMatchObject({
      code: 'not-connected',
    });

    expect(room.called.names).not.toContain('startLocalAudio');
  });

  test('a stop that hangs does not keep us in the room', async () => {
    const { room, clock, transport } = await joined();
    await clock.run(transport.publishing.publish('microphone', new PlaceholderTrack('audio')));
    room.client.stopLocalAudio = () => new Promise(() => {});
    await clock.run(transport.close());

    expect(room.present).toBe(false);
    expect(room.client.destroyed).toBe(true);
  });

  test('a start that fails half-way is stopped, so that the next is no repeated one', async () => {
    const { room, clock, transport } = await joined();
    const { client } = room;
    const start = client.startLocalAudio.bind(client);
    client.startLocalAudio = async (config) => {
      client.startLocalAudio = start;
      await start(config);
      throw rtcError(5500);
    };
    const track = new PlaceholderTrack('audio');
    await expect(clock.run(transport.publishing.publish('microphone', track))).rejects.toMatchObject({
      code: 'network',
      serviceCode: 5500,
    });

    await expect(clock.run(transport.publishing.publish('microphone', track))).resolves.toBeUndefined();
    await clock.advance(1_000);
    expect(room.published.map(({ source }) => source)).toEqual(['microphone']);
  });

  test('a screen, for which the SDK has no mute, is muted by its enabled, also in a replacement', async () => {
    const { clock, transport } = await joined();
    const [first, second] = [new PlaceholderTrack('video'), new PlaceholderTrack('video')];
    const { publishing } = transport;
    await clock.run(publishing.publish('screen', first));
    await clock.run(publishing.mute('screen', true));
    await clock.run(publishing.replace('screen', second));
    expect([first.enabled, second.enabled]).toEqual([true, false]);
    await clock.run(publishing.mute('screen', false));
    expect(second.enabled).toBe(true);
    await clock.run(transport.close());
  });

  test('what replaces a muted track is silent before the SDK has it', async () => {
    const { room, clock, transport } = await joined();
    const { publishing } = transport;
    const given: unknown[] = [];
    const update = room.client.updateLocalAudio;
    room.client.updateLocalAudio = (config) => {
      given.push(config.option?.audioTrack?.enabled);
      return update(config);
    };
    await clock.run(publishing.publish('microphone', new PlaceholderTrack('audio')));
    await clock.run(publishing.mute('microphone', true));
    await clock.run(publishing.replace('microphone', new PlaceholderTrack('audio')));

    expect(given).toEqual([undefined, false]);
  });

  test('local tracks, which the SDK announces with an empty user id, are not somebody’s', async () => {
    const { clock, transport, told } = await joined();
    await clock.run(transport.publishing.publish('camera', new PlaceholderTrack('video')));

    expect(told).toEqual([]);
    await clock.run(transport.close());
  });

  test.each(['publish', 'replace', 'mute'] as const)(
    'a %s that the SDK refuses only after the end leaves the track as it was found',
    async (call) => {
      const { room, clock, transport } = await joined();
      const { publishing } = transport;
      const [sent, track] = [new PlaceholderTrack('audio'), new PlaceholderTrack('audio')];
      track.enabled = false;
      if (call !== 'publish')
        await clock.run(publishing.publish('microphone', call === 'mute' ? track : sent));
      const refuse = holdLocalAudio(room, track);
      const pending =
        call === 'mute' ? publishing.mute('microphone', true) : publishing[call]('microphone', track);
      pending.catch(() => {});
      await clock.advance(10);
      await clock.run(transport.close());
      await expect(pending).rejects.toMatchObject({ code: 'not-connected' });
      expect(track.enabled).toBe(false);
      refuse();
      await clock.advance(1_000);

      expect(track.enabled).toBe(false);
    },
  );

  test('a mute that fails is none, and an unmute that fails neither', async () => {
    const { room, clock, transport } = await joined();
    const { client } = room;
    const track = new PlaceholderTrack('audio');
    const { publishing } = transport;
    await clock.run(publishing.publish('microphone', track));
    const update = client.updateLocalAudio.bind(client);
    const failing: typeof update = async (config) => {
      await update(config);
      throw rtcError(5500);
    };
    client.updateLocalAudio = failing;
    await expect(clock.run(publishing.mute('microphone', true))).rejects.toMatchObject({ code: 'network' });
    expect(track.enabled).toBe(true);

    client.updateLocalAudio = update;
    await clock.run(publishing.mute('microphone', true));
    client.updateLocalAudio = failing;
    await expect(clock.run(publishing.mute('microphone', false))).rejects.toMatchObject({ code: 'network' });
    expect(track.enabled).toBe(false);
  });
});

/** The SDK sits on what it is asked, then flips `enabled` and says no, which the function returned makes it do. */
function holdLocalAudio({ client }: DoubleRoom, track: MediaStreamTrack): () => void {
  let refuse = () => {};
  const held = new Promise<void>((resolve) => {
    refuse = resolve;
  });
  const answer = async () => {
    await held;
    track.enabled = true;
    throw rtcError(5998);
  };
  client.startLocalAudio = answer;
  client.updateLocalAudio = answer;
  client.stopLocalAudio = async () => {};
  return () => refuse();
}
