import { expect, test } from 'vitest';
import { isAvatarError } from '../../src';
import { type BackgroundSettings, backgroundDefaults } from '../../src/background';
import { colourKeyOf } from '../../src/background/background-settings';

test('without a setting the defaults count, and their colour is calculated with', () => {
  expect(colourKeyOf({})).toEqual({
    threshold: false,
    key: [0, 177 / 255, 64 / 255],
    innerRadius: backgroundDefaults.innerRadius,
    outerRadius: backgroundDefaults.outerRadius,
    spill: backgroundDefaults.spill,
  });
});

test.each<[string, object]>([
  ['mode', { mode: 'magic' }],
  ['key', { key: 'green' }],
  ['key', { key: '#0f0' }],
  ['key', { key: '#808080' }],
  ['innerRadius', { innerRadius: -0.1 }],
  ['innerRadius', { innerRadius: Number.NaN }],
  ['innerRadius', { innerRadius: 1 }],
  ['outerRadius', { innerRadius: 0.2, outerRadius: 0.2 }],
  ['outerRadius', { outerRadius: 1.1 }],
  ['outerRadius', { outerRadius: Number.NaN }],
  ['spill', { spill: 2 }],
])('a wrong %s is refused by its name: %j', (name, settings) => {
  expect(() => colourKeyOf(settings as BackgroundSettings)).toThrow(
    expect.toSatisfy(
      (error) => isAvatarError(error) && error.code === 'invalid-argument' && error.message.startsWith(name),
    ),
  );
});
