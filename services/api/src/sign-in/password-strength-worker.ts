import { parentPort, workerData } from 'node:worker_threads';
import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common';
import * as english from '@zxcvbn-ts/language-en';

/* Weighs one password in a thread of its own, which ends with it and gives back the memory of its dictionaries. */

const { password, theirs } = workerData as { password: string; theirs: readonly string[] };
const zxcvbn = new ZxcvbnFactory({
  dictionary: { ...dictionary, ...english.dictionary },
  graphs: adjacencyGraphs,
  translations: english.translations,
});
const { score, feedback } = zxcvbn.check(password, [...theirs]);
parentPort!.postMessage({ score, warning: feedback.warning, suggestions: feedback.suggestions });
