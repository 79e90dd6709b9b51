//! The files of a crate, by the paths in them.
//!
//! A path is followed to the file where the thing is defined: through child modules and re-exports, which are signposts
//! and no use. So a `mod.rs` that only lists its children uses none of them. What only tests use does not count.

use super::model::Graph;
use anyhow::Context;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemMod, ItemUse, Macro, UseTree, Visibility};

type ModulePath = Vec<String>;

/// What a module declares.
#[derive(Default)]
struct Module {
    /// File relative to the crate's `src`.
    file: String,
    /// Modules in it.
    children: Vec<String>,
    /// Names that `use` brings, with where they come from and whether they are handed on.
    names: BTreeMap<String, (ModulePath, bool)>,
    /// `use` of everything in a module.
    globs: Vec<ModulePath>,
    /// Paths in its code.
    paths: Vec<ModulePath>,
}

/// The graph of the crate in `folder`.
pub fn graph(name: &str, folder: &Path) -> anyhow::Result<Graph> {
    let source = folder.join("src");
    let mut modules = BTreeMap::new();
    let main = ["lib.rs", "main.rs"].map(|file| source.join(file));
    let main = (main.into_iter().find(|file| file.is_file()))
        .with_context(|| format!("{} has no source", folder.display()))?;
    read(&source, &main, &source, Vec::new(), &mut modules)?;

    let mut graph = Graph::new(name);
    for (path, module) in &modules {
        graph.node(&module.file);
        let private = (module.names.values())
            .filter(|(_, handed_on)| !handed_on)
            .map(|(target, _)| target);
        for target in private.chain(&module.globs).chain(&module.paths) {
            if let Some(file) = resolve(&modules, path, target, true, 0) {
                graph.arrow(&module.file, file);
            }
        }
    }
    Ok(graph)
}

/// Reads a module's file and those of its children, which lie in `children`.
fn read(
    source: &Path,
    file: &Path,
    children: &Path,
    path: ModulePath,
    modules: &mut BTreeMap<ModulePath, Module>,
) -> anyhow::Result<()> {
    let text =
        fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let parsed =
        syn::parse_file(&text).with_context(|| format!("cannot parse {}", file.display()))?;
    let name = file.strip_prefix(source).unwrap_or(file);
    let name = name.to_string_lossy().replace('\\', "/");
    items(source, &parsed.items, (&name, children), path, modules)
}

fn items(
    source: &Path,
    items_of_module: &[Item],
    (file, folder): (&str, &Path),
    path: ModulePath,
    modules: &mut BTreeMap<ModulePath, Module>,
) -> anyhow::Result<()> {
    let mut module = Module {
        file: file.to_owned(),
        ..Module::default()
    };
    for item in items_of_module {
        match item {
            Item::Mod(ItemMod {
                attrs,
                ident,
                content,
                ..
            }) if !only_tests(attrs) => {
                let name = ident.to_string();
                let inner: ModulePath = path.iter().cloned().chain([name.clone()]).collect();
                let place = folder.join(&name);
                module.children.push(name);
                match content {
                    Some((_, inside)) => items(source, inside, (file, &place), inner, modules)?,
                    None => {
                        let file = file_of(&place);
                        read(source, &file, &place, inner, modules)?;
                    }
                }
            }
            Item::Mod(_) => {}
            other => module.visit_item(other),
        }
    }
    modules.insert(path, module);
    Ok(())
}

/// `a.rs`, else `a/mod.rs`.
fn file_of(place: &Path) -> PathBuf {
    let beside = place.with_extension("rs");
    if beside.is_file() {
        beside
    } else {
        place.join("mod.rs")
    }
}

fn only_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && (attribute.meta.require_list()).is_ok_and(|list| list.tokens.to_string() == "test")
    })
}

impl Module {
    fn add_use(&mut self, tree: &UseTree, before: &[String], handed_on: bool) {
        let with = |name: String| before.iter().cloned().chain([name]).collect::<ModulePath>();
        match tree {
            UseTree::Path(path) => {
                self.add_use(&path.tree, &with(path.ident.to_string()), handed_on);
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.add_use(tree, before, handed_on);
                }
            }
            UseTree::Glob(_) => self.globs.push(before.to_vec()),
            UseTree::Name(name) => {
                let ident = name.ident.to_string();
                let target = if ident == "self" {
                    before.to_vec()
                } else {
                    with(ident.clone())
                };
                let alias = if ident == "self" {
                    before.last().cloned()
                } else {
                    Some(ident)
                };
                if let Some(alias) = alias {
                    self.names.insert(alias, (target, handed_on));
                }
            }
            UseTree::Rename(name) => {
                let target = with(name.ident.to_string());
                self.names
                    .insert(name.rename.to_string(), (target, handed_on));
            }
        }
    }
}

impl<'ast> Visit<'ast> for Module {
    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let handed_on = !matches!(item.vis, Visibility::Inherited);
        self.add_use(&item.tree, &[], handed_on);
    }

    /// `pub(super)` says who may use, and uses nothing.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string());
        self.paths.push(names.collect());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        // What is inside is not parsed, so that paths are told by their colons.
        let text = call.tokens.to_string().replace(" :: ", "::");
        let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
        for word in text
            .split(|c| !is_name(c))
            .filter(|word| word.contains("::"))
        {
            let names = word.split("::").map(str::to_owned);
            self.paths
                .push(names.filter(|name| !name.is_empty()).collect());
        }
        visit::visit_macro(self, call);
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        if !only_tests(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }
}

/// The file that defines what `target` means in the module at `path`; none where it comes from outside.
fn resolve<'a>(
    modules: &'a BTreeMap<ModulePath, Module>,
    path: &[String],
    target: &[String],
    is_first: bool,
    depth: usize,
) -> Option<&'a str> {
    let module = modules.get(path)?;
    let [first, rest @ ..] = target else {
        return Some(&module.file);
    };
    // Signposts that point at each other end somewhere.
    if depth > 32 {
        return None;
    }
    let child = || {
        path.iter()
            .cloned()
            .chain([first.clone()])
            .collect::<ModulePath>()
    };
    match first.as_str() {
        "crate" if is_first => resolve(modules, &[], rest, false, depth + 1),
        "self" if is_first => resolve(modules, path, rest, false, depth + 1),
        "super" => {
            let (_, parent) = path.split_last()?;
            resolve(modules, parent, rest, false, depth + 1)
        }
        _ if module.children.contains(first) => resolve(modules, &child(), rest, false, depth + 1),
        _ => {
            if let Some((source, _)) = module.names.get(first) {
                let whole: ModulePath = source.iter().chain(rest).cloned().collect();
                // `use a::b` inside a module that has no a of its own comes from outside.
                return (whole != *target)
                    .then(|| resolve(modules, path, &whole, true, depth + 1))
                    .flatten();
            }
            // Of a path in the code whose first name is known nowhere, it is from outside or a local name.
            (!is_first).then_some(module.file.as_str())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::graph;
    use std::fs;
    use std::path::PathBuf;

    fn krate(name: &str, files: &[(&str, &str)]) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("graph-{name}-{}", std::process::id()));
        for (file, text) in files {
            let path = folder.join("src").join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    fn arrows(name: &str, files: &[(&str, &str)]) -> Vec<String> {
        let folder = krate(name, files);
        let graph = graph(name, &folder).unwrap();
        fs::remove_dir_all(folder).unwrap();
        (graph.uses.iter())
            .flat_map(|(from, uses)| uses.iter().map(move |to| format!("{from} {to}")))
            .collect()
    }

    #[test]
    fn a_path_leads_to_where_the_thing_is_defined() {
        let found = arrows(
            "defined",
            &[
                ("lib.rs", "pub mod shapes; mod error; pub use error::Error;"),
                ("error.rs", "pub struct Error;"),
                (
                    "shapes/mod.rs",
                    "mod round; pub mod flat; pub use round::Circle; pub struct Point;",
                ),
                (
                    "shapes/round.rs",
                    "use super::Point; pub struct Circle(Point);",
                ),
                (
                    "shapes/flat.rs",
                    "use super::Circle; fn area() -> Result<Circle, crate::Error> { todo!() }\n\
                     #[cfg(test)] mod tests { use crate::shapes::round; }",
                ),
            ],
        );
        assert_eq!(
            found,
            [
                "shapes/flat.rs error.rs",
                "shapes/flat.rs shapes/round.rs",
                "shapes/round.rs shapes/mod.rs"
            ]
        );
    }

    #[test]
    fn what_a_module_itself_makes_of_what_it_hands_on_is_a_use() {
        let files = |body: &str| {
            arrows(
                "handed",
                &[
                    ("lib.rs", &format!("mod part; pub use part::Part; {body}")),
                    ("part.rs", "pub struct Part; pub fn help() {}"),
                ],
            )
        };
        assert!(files("").is_empty());
        assert_eq!(files("pub struct Whole(Part);"), ["lib.rs part.rs"]);
        assert_eq!(files("fn f() { part::help() }"), ["lib.rs part.rs"]);
        assert_eq!(
            files("fn f() { println!(\"{:?}\", part::help()) }"),
            ["lib.rs part.rs"]
        );
    }
}
