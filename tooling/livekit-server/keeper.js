// Runs one program and ends it when the process that started this one is gone, however it went.
// Plain JavaScript: Node runs it as it is.
import { spawn } from 'node:child_process';
import process from 'node:process';

const [program = '', ...args] = process.argv.slice(2);
const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });

child.once('spawn', () => process.send?.({ pid: child.pid }));
child.once('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
child.once('exit', (code, signal) => {
  process.exit(signal === null ? (code ?? 1) : 1);
});
process.once('disconnect', () => child.kill('SIGKILL'));
// Ctrl-C in a terminal reaches the whole group: the parent decides what happens then.
process.on('SIGINT', () => {});
