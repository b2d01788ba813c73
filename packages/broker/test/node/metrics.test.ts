import { expect, onTestFinished, test } from 'vitest';
import { createMetrics } from '../../src/node/metrics';

const TALLY = { opening: 1, open: 2, closing: 0, unresolved: 3, closed: 4, failed: 5 };

function measured(tally = async () => TALLY) {
  const metrics = createMetrics({ tally });
  onTestFinished(() => metrics.close());
  const page = async () => (await metrics.page()).text.split('\n').filter((line) => !line.startsWith('#'));
  return { ...metrics, page };
}

test('every kind of observation is counted, in seconds where it is a time', async () => {
  const { observe, swept, page } = measured();
  observe({ type: 'request', route: '/sessions', method: 'POST', status: 201, ms: 1_500 });
  observe({ type: 'opened', service: 'akool', provider: 'agora', ms: 900 });
  observe({ type: 'open-failed', service: 'akool', code: 'service-busy' });
  observe({ type: 'closed', service: 'akool', reason: 'silent', heldMs: 61_000 });
  observe({ type: 'close-failed', service: 'akool', code: 'network' });
  observe({ type: 'unresolved', service: 'a2e' });
  observe({ type: 'limited', lane: 'open' });
  observe({ type: 'model', outcome: 'done', tokens: 120 });
  swept(20, 'done');
  const lines = await page();
  for (const line of [
    'avatarwire_broker_request_duration_seconds_sum{route="/sessions",method="POST",status="201"} 1.5',
    'avatarwire_broker_request_duration_seconds_bucket{le="2.5",route="/sessions",method="POST",status="201"} 1',
    'avatarwire_broker_open_duration_seconds_count{service="akool",provider="agora"} 1',
    'avatarwire_broker_open_failures_total{service="akool",code="service-busy"} 1',
    'avatarwire_broker_closed_total{service="akool",reason="silent"} 1',
    'avatarwire_broker_held_seconds_total{service="akool"} 61',
    'avatarwire_broker_close_failures_total{service="akool",code="network"} 1',
    'avatarwire_broker_unresolved_total{service="a2e"} 1',
    'avatarwire_broker_limited_total{lane="open"} 1',
    'avatarwire_broker_model_answers_total{outcome="done"} 1',
    'avatarwire_broker_model_tokens_total 120',
    'avatarwire_broker_sweep_duration_seconds_count{outcome="done"} 1',
    'avatarwire_broker_sessions{state="open"} 2',
    'avatarwire_broker_sessions{state="unresolved"} 3',
  ])
    expect(lines).toContain(line);
});

test('the process is measured', async () => {
  const lines = await measured().page();
  const value = (name: string) => Number(lines.find((line) => line.startsWith(`${name} `))?.split(' ')[1]);
  expect(value('process_resident_memory_bytes')).toBeGreaterThan(10_000_000);
  expect(value('process_cpu_seconds_total')).toBeGreaterThan(0);
  expect(value('nodejs_heap_size_used_bytes')).toBeGreaterThan(1_000_000);
  expect(value('nodejs_active_resources_total')).toBeGreaterThanOrEqual(0);
  expect(value('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThanOrEqual(0);
  expect(Math.abs(value('process_start_time_seconds') - Date.now() / 1_000)).toBeLessThan(86_400);
});

test('a store that cannot be asked takes its own figures away, and no others', async () => {
  let broken = false;
  const { page, swept } = measured(async () => {
    if (broken) throw new Error('gone');
    return TALLY;
  });
  swept(1, 'failed');
  expect((await page()).join('\n')).toContain('avatarwire_broker_sessions{');
  broken = true;
  const text = (await page()).join('\n');
  expect(text).not.toContain('avatarwire_broker_sessions{');
  expect(text).toContain('avatarwire_broker_sweep_duration_seconds_count{outcome="failed"} 1');
});

test('two in one process do not share figures', async () => {
  const [one, two] = [measured(), measured()];
  one.observe({ type: 'limited', lane: 'close' });
  expect((await two.page()).join('\n')).not.toContain('avatarwire_broker_limited_total{lane="close"} 1');
});
