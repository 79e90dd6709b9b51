//! Who uses whom: files within each crate, crates among each other, modules of the page. All arrows must point one way.

mod crates;
mod model;
mod page;
mod source;

use crate::root::root;
use anyhow::bail;
use model::Graph;

/// What to show.
#[derive(clap::Args)]
pub struct GraphOptions {
    /// Only the graph of this name: a crate, crates, or web.
    name: Option<String>,
    /// In Graphviz's language instead of text.
    #[arg(long)]
    dot: bool,
}

/// Prints the graphs, and fails where one has a cycle or an arrow that points upwards.
pub fn run(options: &GraphOptions) -> anyhow::Result<()> {
    let graphs = all()?;
    let wanted = |graph: &&Graph| (options.name.as_ref()).is_none_or(|name| *name == graph.name);
    let shown: Vec<&Graph> = graphs.iter().filter(wanted).collect();
    if shown.is_empty() {
        let names: Vec<&str> = graphs.iter().map(|graph| graph.name.as_str()).collect();
        bail!("There is no such graph. There are {}.", names.join(", "));
    }
    for graph in &shown {
        print!(
            "{}",
            if options.dot {
                graph.dot()
            } else {
                graph.text()
            }
        );
    }
    let faults: Vec<String> = shown.iter().flat_map(|graph| graph.faults()).collect();
    if !faults.is_empty() {
        bail!("{}", faults.join("\n"));
    }
    Ok(())
}

/// The crates among each other, each crate's files, and the page's modules.
fn all() -> anyhow::Result<Vec<Graph>> {
    let root = root();
    let mut graphs = vec![crates::graph(&root)?];
    for name in crates::names(&root)? {
        graphs.push(source::graph(&name, &root.join("crates").join(&name))?);
    }
    graphs.push(page::graph(&root.join("web"))?);
    Ok(graphs)
}

#[cfg(test)]
mod tests {
    use super::all;

    #[test]
    fn no_arrow_leads_in_a_circle_or_upwards() {
        let graphs = all().unwrap();
        assert!(graphs.iter().any(|graph| graph.name == "softcam"));
        let faults: Vec<String> = graphs.iter().flat_map(|graph| graph.faults()).collect();
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}
