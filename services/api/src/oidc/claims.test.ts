import { describe, expect, it } from 'vitest';
import { readClaims } from './claims.js';
import { userNameOf } from './user-name-of.js';

const names = { usernameClaim: 'preferred_username', groupsClaim: 'groups' };
const who = { iss: 'https://idp.example', sub: 'a-1' };

describe('claims', () => {
  it('are those of the ID token before those of the user info', () => {
    expect(readClaims({ ...who, name: 'Ann' }, { sub: 'a-1', name: 'Eve', groups: ['/x'] }, names)).toEqual({
      issuer: who.iss,
      subject: 'a-1',
      fullName: 'Ann',
      emailVerified: false,
      groups: ['/x'],
    });
  });

  it('have an address and its verification from the same mouth', () => {
    const claims = readClaims(
      { ...who, email: 'ann@example.org' },
      { email: 'eve@example.org', email_verified: true },
      names,
    );
    expect(claims).toMatchObject({ email: 'ann@example.org', emailVerified: false });
  });

  it.each([
    [{ email: 'no address' }, { email: undefined }],
    [{ email: ['a@x'] }, { email: undefined }],
    [{ email: 'a@x', email_verified: 'true' }, { emailVerified: false }],
    [{ name: 'Ann\u0007' }, { fullName: '' }],
    [{ name: 'x'.repeat(500) }, { fullName: 'x'.repeat(200) }],
    [{ groups: 'one' }, { groups: ['one'] }],
    [{ groups: ['a', 3, null, { b: 1 }, ''] }, { groups: ['a'] }],
    [{ groups: null }, { groups: undefined }],
  ])('%j are read as %j', (told, expected) => {
    expect(readClaims({ ...who, ...told }, {}, names)).toMatchObject(
      Object.fromEntries(Object.entries(expected).filter(([, value]) => value !== undefined)),
    );
    for (const [name, value] of Object.entries(expected))
      if (value === undefined) expect(readClaims({ ...who, ...told }, {}, names)).not.toHaveProperty(name);
  });

  it.each([
    ['realm_access.roles', ['sre']],
    ['https://example.org/groups', ['url']],
    ['realm_access.__proto__', undefined],
    ['toString', undefined],
  ])('named %s', (groupsClaim, groups) => {
    const told = { ...who, realm_access: { roles: ['sre'] }, 'https://example.org/groups': ['url'] };
    expect(readClaims(told, {}, { ...names, groupsClaim }).groups).toEqual(groups);
  });
});

describe('a user name', () => {
  it.each([
    [{ username: 'Ann' }, 'ann'],
    [{ username: 'ann.lee@example.org' }, 'ann.lee'],
    [{ username: 'Ann Lee', email: 'a.lee@example.org' }, 'a.lee'],
    [{ username: 'jos\u00e9' }, undefined],
    [{ username: '\u0430nn' }, undefined],
    [{ email: '@x' }, undefined],
    [{}, undefined],
  ])('of %j is %s', (claims, name) => expect(userNameOf(claims)).toBe(name));
});
