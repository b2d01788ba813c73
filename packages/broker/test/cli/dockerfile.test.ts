import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import manifest from '../../package.json';
import { VARIABLES } from '../../src/cli/variables';
import { runCli, stage, startCli } from './process';

const dockerfile = await readFile(new URL('../../Dockerfile', import.meta.url), 'utf8');
const instruction = (name: string) => new RegExp(`^${name} (.+)$`, 'm').exec(dockerfile)?.[1] ?? '';

test('the Dockerfile (not built here) names what there is: the package, its command, variables, the port', () => {
  expect(dockerfile).toContain(`"${manifest.name}@\${VERSION}"`);
  expect(JSON.parse(instruction('CMD'))).toEqual(Object.keys(manifest.publishConfig.bin));
  const names = [...dockerfile.matchAll(/\bAVATARWIRE_[A-Z_]*[A-Z]\b/g)].map(([name]) => name);
  expect(names.length).toBeGreaterThan(3);
  for (const name of names.filter((each) => each !== 'AVATARWIRE_JWT'))
    expect(VARIABLES).toHaveProperty(name);
  expect(instruction('EXPOSE')).toBe(VARIABLES.AVATARWIRE_PORT?.fallback);
  expect(dockerfile).toContain(`AVATARWIRE_PORT=${instruction('EXPOSE')}`);
  expect(VARIABLES.AVATARWIRE_STORE?.fallback).toMatch(/^\.\//);
  expect(instruction('WORKDIR')).toBe(instruction('VOLUME'));
  expect(instruction('USER')).toBe('node');
  expect(Number(/^FROM node:(\d+)/m.exec(dockerfile)?.[1])).toBeGreaterThanOrEqual(20);
});

test('with its environment the command wants a login, says so, and then takes the file in the volume or Redis', async () => {
  const { AVATARWIRE_STORE: _, ...given } = (await stage()).environment;
  const own = [...dockerfile.matchAll(/^(?:ENV| {3}) (\w+)=(\S+)/gm)].map(([, name, value]) => [name, value]);
  const environment: Record<string, string> = { ...given, ...Object.fromEntries(own) };
  const check = (more: object) => runCli({ ...environment, ...more }, '--check').ended;
  const login = {
    AVATARWIRE_JWT_ISSUER: 'https://login.example',
    AVATARWIRE_JWT_AUDIENCE: 'avatar',
    AVATARWIRE_JWT_SECRET: 'a-secret-of-at-least-32-bytes-for-hs256',
  };
  expect(await check({})).toMatchObject({ code: 2, err: expect.stringContaining('AVATARWIRE_JWT_') });
  expect(await check(login)).toMatchObject({ code: 0, err: '' });
  expect(await check({ ...login, AVATARWIRE_REDIS_URL: 'redis://redis' })).toMatchObject({
    code: 0,
    err: '',
  });
});

test('its health check, as a process, tells a broker that lives from one that does not', async () => {
  const command = JSON.parse(/^ {2}CMD (\[.+\])$/m.exec(dockerfile)?.[1] ?? '') as string[];
  const [program = '', ...given] = command;
  const check = async (port: string) => {
    const environment = { PATH: process.env.PATH ?? '', AVATARWIRE_PORT: port };
    const [code] = await once(spawn(program, given, { env: environment }), 'close');
    return code as number;
  };
  const { environment } = await stage();
  const { origin, child, ended } = await startCli(environment);
  const { port } = new URL(origin);
  expect(await check(port)).toBe(0);
  child.kill('SIGTERM');
  await ended;
  expect(await check(port)).toBe(1);
});
