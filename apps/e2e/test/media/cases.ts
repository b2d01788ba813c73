/** What a visitor does with a microphone and a camera in a conversation, and what the avatar gets of it. */

import { localMedia, VIDEO_QUALITIES } from '@avatarwire/core/media';
import { afterEach, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { nothingOpen, watchPage } from '../services/open-things';
import { type FarEye, loudestOf, watchPicture } from './far-ear';
import { DRAWN_CAMERA, type PluggableDevices, pluggableDevices, TONE_MICROPHONE } from './pluggable-devices';
import type { MediaStage, StartMediaStage } from './stage';

const patience = { timeout: 20_000, interval: 50 };
/** A browser that finds its machine busy sends small pictures for a while. */
const sized = { timeout: 60_000, interval: 100 };
const HEARD = 0.01;
const SILENT = 0.001;

export function describeMedia(start: StartMediaStage): void {
  let opened: (MediaStage & { readonly devices: PluggableDevices }) | undefined;

  beforeAll(async () => {
    // What is heard is measured by an AudioContext, which a page may not start before its visitor has touched it.
    const button = document.body.appendChild(document.createElement('button'));
    await userEvent.click(button);
    button.remove();
  });

  afterEach(async () => {
    await opened?.close();
    opened?.devices.release();
    opened = undefined;
  });

  async function live(): Promise<NonNullable<typeof opened>> {
    const devices = pluggableDevices();
    const stage = Object.assign(start(localMedia({ devices })), { devices });
    opened = stage;
    await stage.session.connect();
    return stage;
  }

  const heard = ({ received }: MediaStage) =>
    vi.waitFor(async () => expect(await loudestOf(received('audio'))).toBeGreaterThan(HEARD), patience);
  const silent = ({ received }: MediaStage) =>
    vi.waitFor(async () => expect(await loudestOf(received('audio'))).toBeLessThan(SILENT), patience);

  function watched({ received }: MediaStage): FarEye {
    const eye = watchPicture(() => received('video'));
    onTestFinished(() => eye.close());
    return eye;
  }

  async function moves(eye: FarEye): Promise<void> {
    const { frames } = eye;
    await expect.poll(() => eye.frames, patience).toBeGreaterThan(frames + 5);
  }

  test('spoken into, the avatar hears it; muted, silence; unmuted, it hears again', async () => {
    const stage = await live();
    const { session } = stage;
    expect(session.getSnapshot().can).toMatchObject({ microphone: true, camera: true });
    await session.microphone.enable();
    expect(session.getSnapshot().microphone).toMatchObject({
      status: 'on',
      sending: true,
      muted: false,
      permission: 'granted',
    });
    await heard(stage);
    await session.microphone.setMuted(true);
    expect(session.getSnapshot().microphone).toMatchObject({ status: 'on', sending: true, muted: true });
    await silent(stage);
    await session.microphone.setMuted(false);
    await heard(stage);
  });

  test('another microphone while talking is heard at once, and one chosen while muted stays silent until unmuted', async () => {
    const stage = await live();
    const { microphone, getSnapshot } = stage.session;
    await microphone.enable();
    await heard(stage);
    const [first, second] = getSnapshot().microphone.devices.filter(({ id }) => id !== TONE_MICROPHONE);
    await microphone.choose(second?.id ?? first?.id);
    expect(getSnapshot().microphone).toMatchObject({ sending: true, deviceId: second?.id });
    await heard(stage);
    await microphone.setMuted(true);
    await microphone.choose(TONE_MICROPHONE);
    expect(getSnapshot().microphone).toMatchObject({
      sending: true,
      muted: true,
      chosenId: TONE_MICROPHONE,
    });
    await silent(stage);
    await microphone.setMuted(false);
    await heard(stage);
    expect(stage.devices.given.map(({ readyState }) => readyState)).toEqual(['ended', 'ended', 'live']);
  });

  test('the camera’s quality and the camera itself are changed while live, and the picture that arrives changes its size', {
    timeout: 120_000,
  }, async () => {
    const stage = await live();
    const { camera, getSnapshot } = stage.session;
    const eye = watched(stage);
    await camera.setQuality('low');
    await camera.enable();
    const arrives = async (quality: 'low' | 'medium') => {
      const { width, height } = VIDEO_QUALITIES[quality];
      await expect.poll(() => [eye.width, eye.height], sized).toEqual([width, height]);
      await moves(eye);
    };
    await arrives('low');
    await camera.setQuality('medium');
    expect(getSnapshot().camera).toMatchObject({ status: 'on', sending: true, quality: 'medium' });
    await arrives('medium');
    await camera.setQuality('low');
    await arrives('low');
    await camera.choose(DRAWN_CAMERA);
    expect(getSnapshot().camera).toMatchObject({ sending: true, chosenId: DRAWN_CAMERA });
    await arrives('low');
    await camera.setQuality('medium');
    await arrives('medium');
    expect(stage.devices.given.map(({ readyState }) => readyState)).toEqual(['ended', 'live']);
  });

  test('a quality that is chosen while the camera is muted is that of the picture after it', {
    timeout: 120_000,
  }, async () => {
    const stage = await live();
    const { camera } = stage.session;
    const eye = watched(stage);
    await camera.setQuality('low');
    await camera.enable();
    // Of black it needs so little that a browser has forgotten by then how wide the way is: it would send a small picture
    // over LiveKit for half a minute. This says that its size counts.
    if (camera.track) camera.track.contentHint = 'detail';
    await moves(eye);
    await camera.setMuted(true);
    await camera.setQuality('medium');
    await camera.setMuted(false);
    const { width, height } = VIDEO_QUALITIES.medium;
    await expect.poll(() => [eye.width, eye.height], sized).toEqual([width, height]);
  });

  test('a microphone that is unplugged (a synthesised one: Chromium’s cannot be) gives way to another, and comes back when it is plugged in', async () => {
    const stage = await live();
    const { microphone, getSnapshot } = stage.session;
    await microphone.choose(TONE_MICROPHONE);
    await microphone.enable();
    await heard(stage);
    stage.devices.unplug('audio');
    await vi.waitFor(() => {
      expect(getSnapshot().microphone).toMatchObject({ status: 'on', sending: true });
      expect(getSnapshot().microphone.deviceId).not.toBe(TONE_MICROPHONE);
    }, patience);
    await heard(stage);
    expect(getSnapshot().microphone.devices.map(({ id }) => id)).not.toContain(TONE_MICROPHONE);
    stage.devices.plugIn('audio');
    await vi.waitFor(
      () => expect(getSnapshot().microphone.devices.at(-1)?.id).toBe(TONE_MICROPHONE),
      patience,
    );
    await heard(stage);
  });

  test('after close no track is live, no listener and no connection of ours is left', async () => {
    const page = watchPage();
    onTestFinished(page.release);
    const stage = await live();
    const { session, devices } = stage;
    await session.microphone.enable();
    await session.camera.enable();
    const stopListening = session.microphone.onLevel(() => {});
    await session.close();
    // In this turn, before anything else can let go of them.
    expect(devices.given.map(({ readyState }) => readyState)).toEqual(['ended', 'ended']);
    expect(session.getSnapshot()).toMatchObject({
      microphone: { status: 'off', sending: false },
      camera: { status: 'off', sending: false },
    });
    stopListening();
    await stage.close();
    await vi.waitFor(() => expect(page.open()).toEqual(nothingOpen), patience);
    expect(devices.listenerCount).toBe(0);
  });
}
