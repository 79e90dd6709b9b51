//! Nodes, arrows between them, and what is wrong with those.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Arrows from who uses to what is used.
#[derive(Default)]
pub struct Graph {
    /// What it is the graph of.
    pub name: String,
    /// Each with all that it uses.
    pub uses: BTreeMap<String, BTreeSet<String>>,
    /// Groups of nodes from top to bottom; a node belongs to the group whose name its path starts with, or to none. Arrows
    /// between two groups must lead downwards.
    pub floors: Vec<Vec<&'static str>>,
}

impl Graph {
    /// Without nodes.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..Self::default()
        }
    }

    /// A node, whether it uses anything or not.
    pub fn node(&mut self, name: &str) {
        self.uses.entry(name.to_owned()).or_default();
    }

    /// An arrow. What uses itself is nobody's concern.
    pub fn arrow(&mut self, from: &str, to: &str) {
        self.node(to);
        self.node(from);
        if from != to
            && let Some(uses) = self.uses.get_mut(from)
        {
            uses.insert(to.to_owned());
        }
    }

    /// Circles and upward arrows, a sentence each.
    pub fn faults(&self) -> Vec<String> {
        let circle =
            |nodes: &Vec<&str>| format!("{}: a circle of {}.", self.name, nodes.join(", "));
        let mut faults: Vec<String> = self.circles().iter().map(circle).collect();
        for (from, uses) in &self.uses {
            for to in uses {
                if let (Some((above, _)), Some((below, _))) = (self.floor(from), self.floor(to))
                    && self.floor(from) != self.floor(to)
                    && above >= below
                {
                    faults.push(format!(
                        "{}: {from} uses {to}, which lies on a floor above it or beside it.",
                        self.name
                    ));
                }
            }
        }
        faults
    }

    /// Number of the floor, counted from the top, and the group on it.
    fn floor(&self, node: &str) -> Option<(usize, &'static str)> {
        let group = |group: &&&'static str| {
            node.strip_prefix(**group)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        // A file may have a floor of its own, apart from its folder's.
        (self.floors.iter().enumerate())
            .filter_map(|(number, groups)| Some((number, *groups.iter().find(group)?)))
            .max_by_key(|(_, group)| group.len())
    }

    /// Sets of nodes that all lead to each other.
    fn circles(&self) -> Vec<Vec<&str>> {
        let reach: BTreeMap<&str, BTreeSet<&str>> = (self.uses.keys())
            .map(|node| (node.as_str(), self.reached_from(node)))
            .collect();
        let mut circles: Vec<Vec<&str>> = Vec::new();
        for (&node, reached) in &reach {
            let known = circles.iter().any(|circle| circle.contains(&node));
            if reached.contains(node) && !known {
                let back = |other: &&&str| reach[**other].contains(node);
                circles.push(reached.iter().filter(back).copied().collect());
            }
        }
        circles
    }

    /// Everything that `node` uses, and what that uses.
    fn reached_from(&self, node: &str) -> BTreeSet<&str> {
        let mut reached = BTreeSet::new();
        let mut open = vec![node];
        while let Some(node) = open.pop() {
            for next in self.uses.get(node).into_iter().flatten() {
                if reached.insert(next.as_str()) {
                    open.push(next);
                }
            }
        }
        reached
    }

    /// A line per node.
    pub fn text(&self) -> String {
        let arrows: usize = self.uses.values().map(BTreeSet::len).sum();
        let circles = match self.circles().len() {
            0 => "no circle".to_owned(),
            1 => "1 circle".to_owned(),
            count => format!("{count} circles"),
        };
        let mut text = format!(
            "{}: {} nodes, {arrows} arrows, {circles}\n",
            self.name,
            self.uses.len()
        );
        for (node, uses) in &self.uses {
            let uses: Vec<&str> = uses.iter().map(String::as_str).collect();
            let arrow = if uses.is_empty() { "" } else { " -> " };
            let _ = writeln!(text, "  {node}{arrow}{}", uses.join(", "));
        }
        text
    }

    /// For Graphviz.
    pub fn dot(&self) -> String {
        let mut text = format!("digraph {:?} {{\n", self.name);
        for (node, uses) in &self.uses {
            let _ = writeln!(text, "  {node:?};");
            for used in uses {
                let _ = writeln!(text, "  {node:?} -> {used:?};");
            }
        }
        text.push_str("}\n");
        text
    }
}

#[cfg(test)]
mod tests {
    use super::Graph;

    fn graph(arrows: &[(&str, &str)]) -> Graph {
        let mut graph = Graph::new("test");
        for (from, to) in arrows {
            graph.arrow(from, to);
        }
        graph
    }

    #[test]
    fn circles_are_found_whatever_hangs_on_them() {
        let tree = graph(&[("a", "b"), ("a", "c"), ("b", "c"), ("c", "c")]);
        assert!(tree.faults().is_empty());
        let two = graph(&[("a", "b"), ("b", "c"), ("c", "b"), ("d", "e"), ("e", "d")]);
        assert_eq!(
            two.faults(),
            ["test: a circle of b, c.", "test: a circle of d, e."]
        );
    }

    #[test]
    fn arrows_lead_down_or_stay_in_their_group() {
        let floors = vec![
            vec!["page", "embed"],
            vec!["tools"],
            vec!["page/state.js"],
            vec!["ui"],
        ];
        let of = |from, to| Graph {
            floors: floors.clone(),
            ..graph(&[(from, to)])
        };
        assert!(of("page/main.js", "ui/dom.js").faults().is_empty());
        assert!(of("page/main.js", "page/state.js").faults().is_empty());
        assert!(of("page/main.js", "other.js").faults().is_empty());
        assert!(of("pages.js", "ui/dom.js").faults().is_empty());
        assert!(of("tools/a.js", "page/state.js").faults().is_empty());
        assert_eq!(of("page/state.js", "page/main.js").faults().len(), 1);
        assert_eq!(of("ui/dom.js", "page/main.js").faults().len(), 1);
        assert_eq!(of("page/main.js", "embed/index.js").faults().len(), 1);
    }
}
