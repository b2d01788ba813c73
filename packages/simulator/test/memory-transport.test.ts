import { describeTransport } from '@avatarwire/conformance/vitest';
import { memory } from '../src/memory-transport';
import { memoryHarness } from './memory-harness';

describeTransport(
  'memory',
  memoryHarness(({ network }) => memory(network)),
  { report: '../conformance.json' },
);
describeTransport(
  "memory with Agora's limits",
  memoryHarness(({ network }) => memory(network), 'agora'),
);
