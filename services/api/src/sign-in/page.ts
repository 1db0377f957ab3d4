import { createHash } from 'node:crypto';

/** A small page of ours: no script, nothing from elsewhere. @param title and @param body are HTML already: `escaped` makes it of text */
export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} · Chasqui</title>
<style>${style}</style>
</head>
<body>
<main>
<p class="mark">Chasqui</p>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`;
}

export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/**
 * What a browser may do with such a page.
 * @param formsTo where its forms may lead besides here, as the origin of the identity provider
 */
export function pageHeaders(formsTo: readonly string[] = []): Record<string, string> {
  return {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': [
      "default-src 'none'",
      `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
      `form-action ${["'self'", ...formsTo].join(' ')}`,
      "frame-ancestors 'none'",
      "base-uri 'none'",
    ].join('; '),
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  };
}

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; --line: #8886; --accent: #1f6f54; }
@media (prefers-color-scheme: dark) { :root { --accent: #6fcfab; } }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; }
main { box-sizing: border-box; width: min(22rem, 100vw); padding: 1.5rem; }
.mark { margin: 0; color: var(--accent); font-weight: 600; letter-spacing: .04em; }
h1 { margin: 0 0 1.25rem; font-size: 1.35rem; font-weight: 600; }
form, .ways { display: grid; gap: .9rem; }
label { display: grid; gap: .25rem; font-size: .9rem; }
input { font: inherit; padding: .55rem .65rem; border: 1px solid var(--line); border-radius: .4rem; background: transparent; color: inherit; }
button, .button { font: inherit; padding: .6rem; border: 1px solid var(--accent); border-radius: .4rem; background: var(--accent); color: Canvas; text-align: center; text-decoration: none; cursor: pointer; }
.quiet { background: transparent; color: inherit; border-color: var(--line); }
.or { margin: .4rem 0; text-align: center; font-size: .85rem; opacity: .7; }
.said { margin: 0 0 1rem; padding: .6rem .75rem; border-left: 3px solid #c4572e; background: #c4572e1f; border-radius: .25rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1rem; margin: 0 0 1.25rem; }
dt { opacity: .7; } dd { margin: 0; overflow-wrap: anywhere; }
`;
