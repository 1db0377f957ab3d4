import { registryOf } from '../drivers/registry-login.js';
import { isLike } from '../policy/is-like.js';
import { listed, saidBy, type PolicyFor } from '../policy/policy-for.js';

/** Why an image may not run, by where it comes from, its name or its digest; undefined where it may. */
export function forbiddenImage(image: string, policy: PolicyFor): string | undefined {
  return forbiddenRegistry(image, policy) ?? forbiddenName(image, policy) ?? forbiddenDigest(image, policy);
}

function forbiddenRegistry(image: string, policy: PolicyFor): string | undefined {
  const { registries } = policy;
  const registry = registryOf(image);
  if (registries === undefined || registries.some((allowed) => isLike(registry, allowed))) return undefined;
  const allowed =
    registries.length > 0 ? `images must come from ${listed(registries)}` : 'images may come from nowhere';
  return saidBy(policy, ['registries'], `${allowed}, this one comes from ${registry} (${image})`);
}

function forbiddenName(image: string, policy: PolicyFor): string | undefined {
  const { images } = policy;
  if (images.some((pattern) => isLike(image, pattern) || isLike(inFull(image), pattern))) return undefined;
  const allowed =
    images.length > 0 ? `only images like ${listed(images)} may be run` : 'no images may be run';
  return saidBy(policy, ['images'], `${allowed}, not ${image}`);
}

function forbiddenDigest(image: string, policy: PolicyFor): string | undefined {
  const { digests } = policy;
  const digest = /@(sha256:[0-9a-f]{64})$/.exec(image)?.[1];
  if (digests === 'any' || (digest !== undefined && (digests === 'pinned' || digests.includes(digest))))
    return undefined;
  const allowed =
    digests === 'pinned'
      ? 'images must be named by their digest (name@sha256:…)'
      : `images must have one of ${digests.length} digests and be named by it (name@sha256:…)`;
  return saidBy(policy, ['digests'], `${allowed}, this one is ${image}`);
}

/** `docker.io/library/busybox:1` of `busybox:1`: what stands for the same image. */
function inFull(image: string): string {
  if (registryOf(image) !== 'docker.io') return image;
  const path = image.replace(/^docker\.io\//, '');
  return `docker.io/${path.includes('/') ? path : `library/${path}`}`;
}
