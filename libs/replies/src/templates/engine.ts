import { Liquid, tags as liquidTags } from 'liquidjs';
import { blockTags } from './block-tags.js';
import { CaptureTag } from './capture-tag.js';
import { filters } from './filters.js';
import { limits } from './limits.js';

/** Liquid's own tags that are offered. None of them reads another template. */
const control = [
  'assign',
  'if',
  'unless',
  'case',
  'for',
  'break',
  'continue',
  'comment',
  'raw',
  '#',
] as const;

/** The template language: Liquid, with our tags for blocks, a few of its own, the filters that are documented, and limits on everything. */
export const engine = limited();

function limited(): Liquid {
  const liquid = new Liquid({
    strictFilters: true,
    ownPropertyOnly: true,
    // A map of templates in place of the file system, with nothing in it.
    templates: {},
    locale: 'en',
    timezoneOffset: 0,
    dateFormat: '%Y-%m-%d %H:%M',
    parseLimit: limits.templateLength,
    renderLimit: limits.renderMs,
    memoryLimit: limits.memory,
  });
  for (const name of Object.keys(liquid.filters)) liquid.unregisterFilter(name);
  for (const [name, filter] of Object.entries(filters)) liquid.registerFilter(name, filter);
  for (const name of Object.keys(liquid.tags)) delete liquid.tags[name];
  for (const name of control) liquid.registerTag(name, liquidTags[name]!);
  for (const [name, tag] of Object.entries(blockTags)) liquid.registerTag(name, tag);
  liquid.registerTag('capture', CaptureTag);
  return liquid;
}
