#include "report/html_parts.h"

namespace prova::report::html {

namespace {

// Colours: Okabe and Ito 2008, a palette that people with any of the common colour blindnesses can tell apart,
// darkened or lightened for contrast. No colour carries a meaning that is not also written.
constexpr std::string_view kStyle = R"css(
:root{--ink:#1b1f24;--soft:#57606a;--faint:#8b949e;--line:#d8dee4;--paper:#fff;--panel:#f6f8fa;--accent:#0b5a8a;
--bar:#0072b2;--band:#dfe7ee;--unique:#d55e00;--family:#e69f00;--new:#009e73;--goodware:#a9b4bf;--library:#cfd6dd;
--warn:#fff4e0;--warnline:#e69f00;--good:#1a7f5a;--bad:#b04a00}
@media (prefers-color-scheme:dark){:root{--ink:#e6e9ec;--soft:#a5aeb8;--faint:#7d8792;--line:#343b43;--paper:#14181c;
--panel:#1c2127;--accent:#6cbcec;--bar:#56b4e9;--band:#2b343d;--unique:#f08a3c;--family:#f0c04e;--new:#3cc79b;
--goodware:#66717d;--library:#454e58;--warn:#2e2616;--warnline:#b98a2a;--good:#4cc79b;--bad:#f2a05c}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-behavior:smooth}
body{margin:0;background:var(--paper);color:var(--ink);
font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",Arial,sans-serif;
font-variant-numeric:tabular-nums}
main,footer{max-width:54rem;margin:0 auto;padding:0 1.5rem}
main{padding-top:1.5rem}
h1{font-size:2.1rem;line-height:1.2;margin:.6rem 0 .3rem;letter-spacing:-.01em}
h2{font-size:1.35rem;line-height:1.3;margin:3.2rem 0 .8rem;padding-top:.9rem;border-top:1px solid var(--line)}
h3{font-size:1.05rem;margin:1.8rem 0 .4rem}
h4{font-size:.95rem;margin:1.2rem 0 .3rem}
p{margin:.45rem 0}
a{color:var(--accent);text-decoration-thickness:1px;text-underline-offset:2px}
.tlp{display:inline-block;background:#000;border:1px solid var(--faint);color:#fff;font-weight:700;font-size:.85rem;padding:.15rem .6rem;letter-spacing:.02em}
.tlp.clear{color:#fff}.tlp.green{color:#33ff00}.tlp.amber{color:#ffc000}.tlp.red{color:#ff2b2b}
.meta{color:var(--soft);font-size:.9rem;margin:.2rem 0 0}
.lead{font-size:1.08rem;margin:.9rem 0 0;max-width:46rem}
.notice{background:var(--warn);border-left:4px solid var(--warnline);padding:.65rem 1rem;margin:1.1rem 0}
.notice strong{display:block;font-size:.85rem;letter-spacing:.02em}
.badge{display:inline-block;background:var(--warn);border:1px solid var(--warnline);border-radius:3px;
font-size:.78rem;font-weight:400;padding:0 .45rem;line-height:1.5;vertical-align:.08em}
.question{border:1px solid var(--line);border-radius:6px;padding:.7rem 1.1rem .6rem;margin:.75rem 0;break-inside:avoid}
.question .ask{color:var(--soft);font-size:.95rem;margin:0}
.question .answer{font-size:1.3rem;font-weight:650;line-height:1.25;margin:.05rem 0 .35rem}
.question .answer small{font-size:1rem;font-weight:400;color:var(--soft);margin-left:.35rem}
.question p{max-width:46rem}.question p+p{margin-top:.3rem}
.refs{font-size:.8rem;white-space:normal}
a.ref{text-decoration:none;border:1px solid var(--line);border-radius:3px;padding:0 .3rem;font-size:.8rem}
a.ref:hover{border-color:var(--accent)}
.more,.small{color:var(--soft);font-size:.88rem}
svg{display:block;width:100%;max-width:640px;height:auto;margin:.35rem 0 .2rem;overflow:visible}
svg text{font:10.5px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",Arial,sans-serif;fill:var(--soft)}
svg .strong{fill:var(--ink);font-weight:600}
.track{fill:var(--panel);stroke:var(--line)}.band{fill:var(--band)}.span{fill:var(--bar);opacity:.45}
.mid{fill:var(--bar)}.rule{stroke:var(--line);stroke-width:1}.path{fill:none;stroke:var(--bar);stroke-width:2}
.area{fill:var(--bar);opacity:.16}
.unique{fill:var(--unique);background:var(--unique)}.family{fill:var(--family);background:var(--family)}
.new{fill:var(--new);background:var(--new)}.goodware{fill:var(--goodware);background:var(--goodware)}
.library{fill:var(--library);background:var(--library)}
ul.key{list-style:none;margin:.3rem 0 .8rem;padding:0;display:flex;flex-wrap:wrap;gap:.15rem 1.2rem;font-size:.88rem}
ul.key i{display:inline-block;width:.75rem;height:.75rem;border-radius:2px;margin-right:.4rem;vertical-align:-.05rem}
.node{fill:var(--paper);stroke:var(--bar)}.node.root{fill:var(--panel);stroke:var(--line)}.node.echo{stroke-dasharray:4 3}
.node.circular{fill:var(--warn);stroke:var(--warnline);stroke-dasharray:4 3}
.link{fill:none;stroke:var(--faint);stroke-width:1}.link.echo{stroke:var(--warnline);stroke-dasharray:4 3}.end{fill:var(--faint)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.88rem;line-height:1.45;margin:.6rem 0 1rem}
th,td{text-align:left;vertical-align:top;padding:.38rem .7rem .38rem 0;border-bottom:1px solid var(--line)}
th{font-weight:600;color:var(--soft);font-size:.82rem}
td.n,th.n{text-align:right;white-space:nowrap}
tr:target,.artifact:target{background:var(--warn)}
td ul{margin:0;padding:0;list-style:none}
code,.mono{font-family:ui-monospace,"Cascadia Mono","Liberation Mono",Menlo,Consolas,monospace;font-size:.86em;overflow-wrap:anywhere}
.nowrap{white-space:nowrap}
.good{color:var(--good)}.bad{color:var(--bad)}
.toc{font-size:.9rem;color:var(--soft);margin:1.2rem 0 0}.toc a{margin-right:.9rem;white-space:nowrap}
ul.said{margin:.3rem 0 .6rem;padding-left:1.2rem}ul.said li{margin:.25rem 0}
table.listing td{overflow-wrap:anywhere}table.listing td:nth-child(2){white-space:nowrap}
table.answers td:first-child{min-width:12rem}
table.evidence{table-layout:fixed}table.evidence td{overflow-wrap:anywhere}
table.evidence th:nth-child(1){width:17%}table.evidence th:nth-child(3){width:23%}table.evidence th:nth-child(4){width:22%}
ul.criteria{columns:2;column-gap:2rem;margin:.2rem 0 1rem;padding:0;list-style:none;font-size:.84rem;color:var(--soft);line-height:1.4}
ul.criteria li{break-inside:avoid;margin-bottom:.2rem}
.soft{color:var(--soft);font-weight:400}
footer{color:var(--soft);font-size:.82rem;padding-top:1rem;padding-bottom:2.5rem;margin-top:3rem;border-top:1px solid var(--line)}
@page{size:A4;margin:17mm 16mm 18mm}
@media print{
:root{--ink:#000;--soft:#444;--faint:#777;--line:#bbb;--paper:#fff;--panel:#f4f4f4;--accent:#000;--bar:#0072b2;--band:#dfe7ee;
--unique:#d55e00;--family:#e69f00;--new:#009e73;--goodware:#a9b4bf;--library:#cfd6dd;--warn:#fff4e0;--warnline:#e69f00;
--good:#1a7f5a;--bad:#b04a00}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
html{font-size:9.5pt}body{font-size:1rem}main,footer{max-width:none;padding:0}
h2{break-after:avoid;margin-top:1.8rem}h3,h4{break-after:avoid}
tr,svg,.question,.notice{break-inside:avoid}thead{display:table-header-group}
.toc{display:none}a{color:inherit}.scroll{overflow:visible}
}
)css";

}  // namespace

std::string_view style_sheet() { return kStyle; }

}  // namespace prova::report::html
