import {
  readPolicyTests,
  readSiteRules,
  type PolicyTests,
  type SiteRulesFile,
} from '@chasqui/bundles/policy-tests';
import { bundleFaultSentence } from '@chasqui/replies';
import { faultLine } from '../bundles/print-fault.js';
import { readBundleFile } from '../bundles/read-bundle-file.js';
import { exitCodes, Stop } from '../stop.js';

type Told = ReturnType<typeof readPolicyTests>['faults'];

/** @throws Stop with every fault of the file */
export async function readTestFile(file: string): Promise<PolicyTests> {
  const { tests, faults } = readPolicyTests(await readBundleFile(file));
  if (tests) return tests;
  throw faulty(file, faults);
}

/** @throws Stop with every fault of the file */
export async function readRulesFile(file: string): Promise<SiteRulesFile> {
  const { site, faults } = readSiteRules(await readBundleFile(file));
  if (site) return site;
  throw faulty(file, faults);
}

function faulty(file: string, faults: Told): Stop {
  const lines = faults.map((fault) =>
    faultLine(file, { ...fault, message: bundleFaultSentence(fault).replaceAll('bundle file', 'file') }),
  );
  return new Stop(`${file} cannot be used\n${lines.join('\n')}`, exitCodes.usage);
}
