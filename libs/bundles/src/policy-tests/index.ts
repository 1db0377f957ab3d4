export { readPolicyTests, type PolicyCase, type PolicyTests } from './read-policy-tests.js';
export { policyTestJsonSchema } from './policy-test-json-schema.js';
export { readSiteRules, type SiteRulesFile } from './site-rules-file.js';
