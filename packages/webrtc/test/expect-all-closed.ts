import { afterAll, beforeAll, expect, vi } from 'vitest';

/** Counts the peer connections of a test file: at its end there were some, and all are closed. */
export function expectAllClosed(): void {
  const Browsers = RTCPeerConnection;
  const made: RTCPeerConnection[] = [];

  beforeAll(() => {
    vi.stubGlobal(
      'RTCPeerConnection',
      class extends Browsers {
        constructor(configuration?: RTCConfiguration) {
          super(configuration);
          made.push(this);
        }
      },
    );
  });

  afterAll(() => {
    vi.unstubAllGlobals();
    expect(made.length).toBeGreaterThan(0);
    expect(made.filter(({ connectionState }) => connectionState !== 'closed')).toEqual([]);
  });
}
