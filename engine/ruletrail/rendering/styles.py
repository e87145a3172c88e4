"""The style sheet of the HTML form: system fonts, contrast of at least 4.5 to 1, light, dark, phone and paper."""

STYLE = """
:root{--ink:#1a1d21;--soft:#4a5158;--ground:#fff;--panel:#f3f5f7;--line:#c4cad0;--link:#0b4f9e;
--good:#12633a;--open:#7a4a00;--bad:#a31515;--note:#4a5158;--bar:#2a6db0;--reference:#7b8794;--mark:#a31515}
@media(prefers-color-scheme:dark){:root{--ink:#e8eaed;--soft:#b4bbc3;--ground:#15181c;--panel:#20252b;--line:#454d56;
--link:#8ab8f5;--good:#7fd6a3;--open:#f0bd6a;--bad:#ff9c94;--note:#b4bbc3;--bar:#5b9bdc;--reference:#8d98a4;--mark:#ff9c94}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0 auto;padding:1rem;max-width:60rem;color:var(--ink);background:var(--ground);
font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;overflow-wrap:anywhere}
h1{font-size:1.5rem;line-height:1.25;margin:.5rem 0}
h2{font-size:1.2rem;line-height:1.3;margin:2rem 0 .5rem;padding-top:.5rem;border-top:2px solid var(--line)}
p{margin:.5rem 0}
a{color:var(--link)}
a:focus-visible,summary:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.banner{font-weight:600;padding:.75rem 1rem;background:var(--panel);border-left:.4rem solid var(--line)}
.good{border-color:var(--good)}.open{border-color:var(--open)}.bad{border-color:var(--bad)}.note,.plain{border-color:var(--line)}
p.good{color:var(--good)}p.open{color:var(--open)}p.bad{color:var(--bad)}p.note{color:var(--soft);font-size:.9rem}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;list-style:none;padding:0;margin:1rem 0 0}
ul{padding:0;margin:.5rem 0;list-style:none}
li{margin:.5rem 0}
main li,header li{padding:.1rem 0 .1rem .75rem;border-left-width:.25rem;border-left-style:solid}
li ul{margin:.5rem 0 0 .25rem}
.line,.detail{display:block}
.detail{color:var(--soft);font-size:.9rem}
figure{margin:.75rem 0 1.25rem;padding:.75rem;background:var(--panel);border-radius:.25rem}
figcaption{font-weight:600;margin-bottom:.5rem}
.side{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 1rem;margin:.4rem 0 .1rem;font-variant-numeric:tabular-nums}
svg{display:block;width:100%;height:1.1rem}
.track{fill:var(--ground)}.left{fill:var(--bar)}.right{fill:var(--reference)}.mark{fill:var(--mark)}
table{width:100%;border-collapse:collapse;margin:.75rem 0;font-variant-numeric:tabular-nums}
caption{text-align:left;font-weight:600;padding:.25rem 0}
th,td{overflow-wrap:break-word;text-align:left;vertical-align:top;padding:.35rem .5rem;border-bottom:1px solid var(--line)}
thead th{background:var(--panel)}
th[scope=row]{font-weight:600;overflow-wrap:normal;white-space:nowrap}
summary{cursor:pointer;padding:.4rem 0;font-weight:600;color:var(--link)}
footer{margin-top:2rem;padding-top:.75rem;border-top:2px solid var(--line);color:var(--soft);font-size:.9rem}
@media(max-width:40rem){
table,caption,tbody,tr,th,td{display:block}
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
tr{padding:.4rem 0;border-bottom:1px solid var(--line)}
th,td{border:0;padding:.1rem 0;overflow-wrap:anywhere}
th[scope=row]{white-space:normal;overflow-wrap:anywhere}
main li,header li{padding-left:.4rem}
li ul{margin-left:0}
}
@media print{
:root{--ink:#000;--soft:#333;--ground:#fff;--panel:#f3f5f7;--line:#999;--link:#000;--good:#000;--open:#000;--bad:#000;--note:#333;
--bar:#444;--reference:#999;--mark:#000}
body{max-width:none;padding:0;font-size:10pt}
nav{display:none}
details::details-content{content-visibility:visible;height:auto;display:block}
summary{list-style:none}
figure,tr,li{break-inside:avoid}
h2{break-after:avoid}
svg{-webkit-print-color-adjust:exact;print-color-adjust:exact}
}
"""
