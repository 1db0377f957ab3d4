import { expect } from 'vitest';
import { readBundle, type Fault } from './index.js';

/** The head of a right bundle of ours; what a test is about follows. */
export const ours = `chasqui_bundle_version: 1
name: ops
version: 1.0.0
description: d
`;
export const gorts = ours.replace('chasqui', 'gort');
export const oneCommand = `
commands:
  go: {description: d, executable: [/bin/echo], rules: [allow]}
`;

/** A code, the pointer to its place, a text with `▸` where that place is, and some of its facts. */
export type Row = readonly [
  code: Fault['code'],
  pointer: string,
  text: string,
  facts?: Record<string, unknown>,
];

/** That the file has this fault at the mark, and no other. */
export function expectOnly(severity: 'error' | 'warning', [code, pointer, text, facts]: Row): void {
  const { text: source, line, column } = marked(text);
  const { bundle, faults } = readBundle(source);
  expect(faults).toMatchObject([{ severity, code, line, column, pointer, ...(facts && { facts }) }]);
  expect(bundle === undefined).toBe(severity === 'error');
}

function marked(text: string): { text: string; line: number; column: number } {
  const before = text.slice(0, text.indexOf('▸'));
  return {
    text: text.replace('▸', ''),
    line: before.split('\n').length,
    column: before.length - before.lastIndexOf('\n'),
  };
}
