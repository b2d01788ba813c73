import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AvatarError } from '../../src/errors';
import { mediaDoubles } from '../support/media-double';
import { type Script, stage } from '../support/stage';

/** An element of a page whose browser lets choose, unless `refused` says that it does not. */
class Sounding extends EventTarget {
  sinkId = 'own';
  srcObject = null;
  refused: Error | undefined;
  async setSinkId(deviceId: string): Promise<void> {
    if (this.refused) throw this.refused;
    this.sinkId = deviceId;
  }
}

beforeEach(() => vi.stubGlobal('HTMLMediaElement', Sounding));
afterEach(() => vi.unstubAllGlobals());

function sounding() {
  const element = new Sounding();
  return { element, video: element as unknown as HTMLVideoElement };
}

function speaking(script: Script = {}) {
  const { media, driver } = mediaDoubles();
  const warnings: string[] = [];
  const logger = {
    debug() {},
    info() {},
    warn: (message: string) => void warnings.push(message),
    error() {},
  };
  const given = stage({ media, logger, script: () => script });
  const canChoose = () => driver().host.setOutput !== undefined;
  return { ...given, driver, canChoose, warnings };
}

test('every attached element plays where the speaker was chosen, also one that is attached later', async () => {
  const { session, clock } = speaking();
  const early = sounding();
  session.attach(early.video);
  expect(early.element.sinkId).toBe('own');
  await session.speaker.choose('headset');
  const late = sounding();
  session.attach(late.video);
  await clock.advance(0);
  expect([early.element.sinkId, late.element.sinkId]).toEqual(['headset', 'headset']);
  await session.speaker.choose(undefined);
  expect([early.element.sinkId, late.element.sinkId]).toEqual(['', '']);
});

test('an element that is given back plays where the system wants, also when it was attached twice', async () => {
  const { session, clock } = speaking();
  const { element, video } = sounding();
  const first = session.attach(video);
  await session.speaker.choose('headset');
  const second = session.attach(video);
  first();
  await clock.advance(0);
  expect(element.sinkId).toBe('headset');
  second();
  await clock.advance(0);
  expect(element.sinkId).toBe('');
});

describe('in a browser that says yes at once to the speaker in use, and needs a while for another', () => {
  /** Changes that the browser has not made yet, the oldest first. */
  const changes: (() => void)[] = [];

  class Slow extends Sounding {
    override setSinkId(deviceId: string): Promise<void> {
      if (deviceId === this.sinkId) return Promise.resolve();
      return new Promise((resolve) => {
        changes.push(() => {
          this.sinkId = deviceId;
          resolve();
        });
      });
    }
  }
  const slow = () => {
    const element = Object.assign(new Slow(), { sinkId: '' });
    return { element, video: element as unknown as HTMLVideoElement };
  };
  async function settled({ clock }: ReturnType<typeof speaking>): Promise<void> {
    do {
      changes.shift()?.();
      await clock.advance(0);
    } while (changes.length > 0);
  }

  test('an element detached and attached again in one turn plays where the speaker was chosen, and is given back', async () => {
    const page = speaking();
    const { session } = page;
    const { element, video } = slow();
    const detach = session.attach(video);
    const chosen = session.speaker.choose('headset');
    await settled(page);
    await chosen;
    detach();
    const detachAgain = session.attach(video);
    await settled(page);
    expect(element.sinkId).toBe('headset');
    detachAgain();
    await settled(page);
    expect(element.sinkId).toBe('');
  });

  test('and so does one that another session takes over', async () => {
    const { element, video } = slow();
    const [one, other] = [speaking(), speaking()];
    await other.session.speaker.choose('headset');
    const detach = one.session.attach(video);
    const chosen = one.session.speaker.choose('headset');
    await settled(one);
    await chosen;
    detach();
    other.session.attach(video);
    await settled(one);
    expect(element.sinkId).toBe('headset');
  });

  test('the speaker chosen last is the one, also where that is the one before', async () => {
    const page = speaking();
    const { session } = page;
    const { element, video } = slow();
    session.attach(video);
    const chosen = Promise.all([session.speaker.choose('headset'), session.speaker.choose(undefined)]);
    await settled(page);
    await chosen;
    expect(element.sinkId).toBe('');
  });
});

test('an element of which no speaker was chosen is left alone', async () => {
  const { session, clock } = speaking();
  const { element, video } = sounding();
  session.attach(video)();
  await clock.advance(0);
  expect(element.sinkId).toBe('own');
});

describe('a speaker that cannot be used', () => {
  test('is refused, and everything plays on where it played', async () => {
    const { session, driver } = speaking();
    const [one, other] = [sounding(), sounding()];
    session.attach(one.video);
    session.attach(other.video);
    await session.speaker.choose('headset');
    other.element.refused = new DOMException('Not there.', 'NotFoundError');
    await expect(driver().host.setOutput?.('gone')).rejects.toMatchObject({
      code: 'device-unavailable',
      cause: other.element.refused,
    });
    expect([one.element.sinkId, other.element.sinkId]).toEqual(['headset', 'headset']);
  });

  test('takes nothing back that was chosen since', async () => {
    const { session, driver } = speaking();
    const { element, video } = sounding();
    session.attach(video);
    element.refused = new DOMException('Not there.', 'NotFoundError');
    const lost = expect(driver().host.setOutput?.('gone')).rejects.toMatchObject({
      code: 'device-unavailable',
    });
    await Promise.resolve();
    element.refused = undefined;
    await driver().host.setOutput?.('headset');
    await lost;
    expect(element.sinkId).toBe('headset');
  });

  test('for an element that is attached later is a warning: it plays all the same', async () => {
    const { session, clock, warnings } = speaking();
    await session.speaker.choose('headset');
    const { element, video } = sounding();
    element.refused = new Error('no');
    session.attach(video);
    await clock.advance(0);
    expect(warnings).toHaveLength(1);
  });
});

describe('where the SDK plays the sound', () => {
  test('it is told, with the elements, and each new connection is told again', async () => {
    const chosen: string[] = [];
    const playsAudio = async (deviceId: string) => void chosen.push(deviceId);
    const { session, live, canChoose } = speaking({ playsAudio });
    await session.speaker.choose('headset');
    await live();
    expect(canChoose()).toBe(true);
    expect(chosen).toEqual(['headset']);
    await session.speaker.choose(undefined);
    expect(chosen).toEqual(['headset', '']);
    await session.close();
    await session.speaker.choose('headset');
    expect(chosen).toHaveLength(2);
  });

  test('a speaker that is chosen while the link is away is told when it is back', async () => {
    const chosen: string[] = [];
    const playsAudio = async (deviceId: string) => void chosen.push(deviceId);
    const { session, live, transport } = speaking({ playsAudio });
    await live();
    transport().emit('reconnecting', {});
    await session.speaker.choose('headset');
    transport().emit('reconnected', { lossy: false });
    expect(chosen).toEqual(['headset']);
  });

  test('its own refusal is what the call rejects with', async () => {
    const error = new AvatarError('unsupported', 'Not in this browser.');
    const { session, live } = speaking({ playsAudio: () => Promise.reject(error) });
    await live();
    await expect(session.speaker.choose('a')).rejects.toBe(error);
  });

  test('and lets nobody choose, nobody can', async () => {
    const { live, canChoose } = speaking({ playsAudio: true });
    expect(canChoose()).toBe(true);
    await live();
    expect(canChoose()).toBe(false);
  });
});

test('a browser whose elements cannot be sent anywhere lets nobody choose', () => {
  vi.stubGlobal('HTMLMediaElement', class {});
  expect(speaking().canChoose()).toBe(false);
  vi.stubGlobal('HTMLMediaElement', undefined);
  expect(speaking().canChoose()).toBe(false);
});
