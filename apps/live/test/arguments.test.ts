import { describe, expect, test } from 'vitest';
import { runLive } from './run-live';

const SECRET = 'a-certificate-that-nobody-may-read';

describe('test:live, started as a program', () => {
  test('without any variable names them all and exits with 2', async () => {
    const { exitCode, out, err } = await runLive([]);
    expect(exitCode).toBe(2);
    expect(out).toBe('');
    for (const name of [
      'AGORA_APP_ID',
      'AGORA_APP_CERTIFICATE',
      'TRTC_SDK_APP_ID',
      'TRTC_SDK_SECRET_KEY',
      'LIVEKIT_URL',
      'LIVEKIT_API_KEY',
      'LIVEKIT_API_SECRET',
    ])
      expect(err).toContain(name);
    expect(err).toContain('apps/live/README.md');
  });

  test('with some variables of a provider names the others alone, prints no value and exits with 2', async () => {
    const { exitCode, out, err } = await runLive([], { AGORA_APP_CERTIFICATE: SECRET });
    expect(exitCode).toBe(2);
    expect(err).toContain('AGORA_APP_ID');
    expect(err).not.toContain('AGORA_APP_CERTIFICATE');
    expect(err).not.toContain('TRTC_SDK_APP_ID');
    expect(out + err).not.toContain(SECRET);
  });

  test('with a value that cannot be right names the variable, prints no value and exits with 2', async () => {
    const key = { LIVEKIT_API_KEY: 'key', LIVEKIT_API_SECRET: SECRET };
    const { exitCode, out, err } = await runLive(['livekit'], { ...key, LIVEKIT_URL: SECRET });
    expect(exitCode).toBe(2);
    expect(err).toContain('LIVEKIT_URL must be');
    expect(out + err).not.toContain(SECRET);
  });

  test.each([
    [['trtc'], 'TRTC_SDK_APP_ID, TRTC_SDK_SECRET_KEY'],
    [['zoom'], 'agora, trtc, livekit'],
    [['livekit', '--emulated'], 'no double of livekit'],
  ])('asked for %j exits with 2 and says why', async (args, reason) => {
    const { exitCode, err } = await runLive(args);
    expect(exitCode).toBe(2);
    expect(err).toContain(reason);
  });
});
