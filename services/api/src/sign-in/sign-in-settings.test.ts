import { readSettings } from '@chasqui/settings';
import { expect, it } from 'vitest';
import { usualSignIn } from './sign-in-config.js';
import { signInConfig, signInFaults, signInShape } from './sign-in-settings.js';

const provider = {
  CHASQUI_PUBLIC_URL: 'https://chasqui.example.org',
  CHASQUI_OIDC_ISSUER: 'https://login.example.org/realms/ops',
  CHASQUI_OIDC_CLIENT_ID: 'chasqui',
};
const read = (environment: Record<string, string>) => readSettings(environment, signInShape);

it('is passwords alone where nothing is set', () => {
  expect(signInFaults(read({}))).toEqual([]);
  expect(signInConfig(read({}))).toEqual(usualSignIn);
});

it('takes an identity provider, letter for letter as it calls itself', () => {
  const set = read({
    ...provider,
    CHASQUI_OIDC_ISSUER: 'https://login.example.org/',
    CHASQUI_OIDC_GROUPS: '/sre=ops, cn=dev,dc=x=dev\nall staff=staff',
    CHASQUI_PASSWORDS: 'no',
  });
  expect(signInFaults(set)).toEqual([]);
  expect(signInConfig(set)).toMatchObject({
    passwords: false,
    oidc: {
      issuer: 'https://login.example.org/',
      create: false,
      joinByEmail: false,
      groups: [
        { claim: '/sre', group: 'ops' },
        { claim: 'cn', group: 'dev' },
        { claim: 'dc=x', group: 'dev' },
        { claim: 'all staff', group: 'staff' },
      ],
    },
  });
});

it.each([
  ['CHASQUI_OIDC_CLIENT_ID', { ...provider, CHASQUI_OIDC_CLIENT_ID: '' }],
  ['CHASQUI_PUBLIC_URL', { ...provider, CHASQUI_PUBLIC_URL: '' }],
  ['CHASQUI_PUBLIC_URL', { ...provider, CHASQUI_PUBLIC_URL: 'https://example.org/chasqui' }],
  ['CHASQUI_OIDC_ISSUER', { ...provider, CHASQUI_OIDC_ISSUER: 'http://login.example.org' }],
  ['CHASQUI_OIDC_SCOPES', { ...provider, CHASQUI_OIDC_SCOPES: 'profile' }],
  ['CHASQUI_PASSWORDS', { CHASQUI_PASSWORDS: 'false' }],
])('finds fault with %s', (name, environment) => {
  expect(signInFaults(read(environment)).map((fault) => fault.split(':')[0])).toEqual([name]);
});

it.each([
  ['CHASQUI_OIDC_ISSUER', 'login.example.org'],
  ['CHASQUI_PUBLIC_URL', 'chasqui.example.org'],
  ['CHASQUI_OIDC_GROUPS', 'ops'],
  ['CHASQUI_OIDC_GROUPS', 'x=Not A Group'],
  ['CHASQUI_SESSION_IDLE', 'soon'],
])('refuses %s: %s', (name, value) => {
  expect(() => read({ [name]: value })).toThrow(name);
});
