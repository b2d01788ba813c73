import { machineTraces, registryHosts } from '../machine-traces.ts';
import { report } from '../report.ts';

report('machine traces', machineTraces(process.cwd(), registryHosts()));
