import { describe, expect, test } from 'vitest';
import { runLive } from './run-live';

const SECRET = 'a-certificate-that-nobody-may-read';

describe('test:live, started as a program', () => {
  test('without any variable names them all and exits with 2', async (context) => {
    const { exitCode, out, err } = await runLive(context, []);
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

  test('with some variables of a provider names the others alone, prints no value and exits with 2', async (context) => {
    const { exitCode, out, err } = await runLive(context, [], { AGORA_APP_CERTIFICATE: SECRET });
    expect(exitCode).toBe(2);
    expect(err).toContain('AGORA_APP_ID');
    expect(err).not.toContain('AGORA_APP_CERTIFICATE');
    expect(err).not.toContain('TRTC_SDK_APP_ID');
    expect(out + err).not.toContain(SECRET);
  });

  test('with a value that cannot be right names the variable, prints no value and exits with 2', async (context) => {
    const key = { LIVEKIT_API_KEY: 'key', LIVEKIT_API_SECRET: SECRET };
    const { exitCode, out, err } = await runLive(context, ['livekit'], { ...key, LIVEKIT_URL: SECRET });
    expect(exitCode).toBe(2);
    expect(err).toContain('LIVEKIT_URL must be');
    expect(out + err).not.toContain(SECRET);
  });

  test.skipIf(process.platform === 'win32')(
    'with a Chromium that does not start says so and exits with 1',
    async (context) => {
      const { exitCode, out, err } = await runLive(context, ['agora', '--emulated'], {
        CHROMIUM_BIN: '/bin/false',
      });
      expect(exitCode).toBe(1);
      expect(out).toBe('');
      expect(err).toContain('browserType.launch');
    },
  );

  test.for([
    [['trtc'], 'TRTC_SDK_APP_ID, TRTC_SDK_SECRET_KEY'],
    [['zoom'], 'agora, trtc, livekit'],
    [['livekit', '--emulated'], 'no double of livekit'],
  ] as const)('asked for %j exits with 2 and says why', async ([args, reason], context) => {
    const { exitCode, err } = await runLive(context, args);
    expect(exitCode).toBe(2);
    expect(err).toContain(reason);
  });
});
