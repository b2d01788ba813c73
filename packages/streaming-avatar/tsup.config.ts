export { default } from '@avatarwire/tooling/tsup';
