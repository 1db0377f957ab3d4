const rss=()=>Math.round(process.memoryUsage.rss()/1024/1024);
let last=rss(); console.log('base', last);
for (const m of process.argv.slice(2)) { const t=performance.now(); await import(m); const now=rss(); console.log(m, now-last, 'MB', Math.round(performance.now()-t),'ms'); last=now; }
globalThis.gc?.(); console.log('end', rss(), process.memoryUsage());
