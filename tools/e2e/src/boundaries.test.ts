import { globSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';

const root = new URL('../../..', import.meta.url).pathname;
const packages = globSync(['{libs,services,apps,tools}/*/package.json', 'bench/package.json'], {
  cwd: root,
}).map((file) => ({
  folder: dirname(file),
  ...(JSON.parse(readFileSync(join(root, file), 'utf8')) as {
    name: string;
    dependencies?: object;
    devDependencies?: object;
  }),
}));

/** The packages that a file imports, by name. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const found = [
    ...text.matchAll(
      /^(?:import|export)\s(?:type\s)?(?:[\w$]+,?\s)?(?:\{[^}]*\}\s|\*\s(?:as\s[\w$]+\s)?)?from '([^'.][^']*)'|^import '([^'.][^']*)'|\bimport\('([^'.][^']*)'\)/gm,
    ),
  ];
  const names = found
    .map((match) => match[1] ?? match[2] ?? match[3]!)
    .filter((name) => !isBuiltin(name) && !name.startsWith('/'));
  return [
    ...new Set(
      names.map((name) =>
        name
          .split('/')
          .slice(0, name.startsWith('@') ? 2 : 1)
          .join('/'),
      ),
    ),
  ];
}

const isTest = (file: string) => /\.(test|contract|fixture)\.ts$|\/test\//.test(file);

it.each(packages)(
  '$name declares what it imports, which hoisting would hide',
  ({ folder, name, dependencies = {}, devDependencies = {} }) => {
    for (const file of globSync([`${folder}/src/**/*.ts`, `${folder}/test/**/*.ts`], { cwd: root })) {
      const atHand = isTest(file)
        ? { ...dependencies, ...devDependencies, vitest: '', 'fast-check': '' }
        : dependencies;
      const missing = importsOf(file).filter((one) => one !== name && !(one in atHand));
      expect(missing, `${file} imports what ${folder}/package.json does not declare`).toEqual([]);
    }
  },
);

it('has no service that imports another, and no lib that imports a service or an app', () => {
  const layer = (name: string) => packages.find((one) => one.name === name)?.folder.split('/')[0];
  const wrong = packages.flatMap(({ folder, name, dependencies = {} }) =>
    Object.keys(dependencies)
      .filter((other) => {
        const [mine, its] = [folder.split('/')[0], layer(other)];
        if (mine === 'libs') return its !== undefined && its !== 'libs';
        // Solo mode is all of them in one process.
        return mine === 'services' && its === 'services' && name !== '@chasqui/solo';
      })
      .map((other) => `${name} → ${other}`),
  );
  expect(wrong).toEqual([]);
});
