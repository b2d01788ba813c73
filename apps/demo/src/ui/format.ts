const whole = new Intl.NumberFormat('en');

/** `1,024 B`, `63.9 KB`: bytes as they are up to ten thousand, then thousands. */
export function bytes(count: number): string {
  return count < 10_000 ? `${whole.format(count)} B` : `${(count / 1_000).toFixed(1)} KB`;
}

export const count = (value: number): string => whole.format(value);

/** `2:05` */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** `0.8 ms`, `43 ms`, `1.4 s` */
export function duration(ms: number): string {
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(1)} s`;
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}

/** `14:05` */
export function timeOfDay(at: number): string {
  return new Date(at).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
}
