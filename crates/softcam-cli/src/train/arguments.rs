//! The command's options.

use super::device::DeviceName;
use crate::failure::{Context, Failure};
use crate::options::{Fit, PrecisionName, architecture_parser, described};
use clap::ValueEnum;
use softcam::backbone::Architecture;
use softcam::conversion::{Precision, Settings};
use softcam::weights::{FitRule, Model};
use softcam_train::augment::Augment;
use softcam_train::config::Config;
use softcam_train::objective::Penalty;
use softcam_train::schedule::Schedule;
use softcam_train::{Balance, Head, Optimizer};
use std::fs;
use std::path::{Path, PathBuf};

/// Train a SoftCAM network on labelled pictures.
///
/// The backbone starts from pretrained weights, the class-evidence layer anew. Pictures come from a table (--csv with
/// --images, --label and --map; all four may be given again for further collections) or from one folder per class
/// (--folders). They are split by patient into train, tune and check: tune chooses the epoch, the temperature, the
/// operating point and the out-of-distribution threshold, and check is for `softcam eval`. In --out it leaves the model
/// (int8.safetensors, float.safetensors), the parts (parts-N.csv), the curves (curves.html), everything that was measured
/// on the way (training.json) and a checkpoint for --resume.
#[derive(clap::Args)]
pub struct Arguments {
    /// Weights to start from: a float checkpoint that softcam convert reads, or a SoftCAM model. With --folds also the
    /// directory of an earlier run with the same folds: each fold then starts from that fold's model, and the final one from the
    /// final one.
    #[arg(long)]
    pub init: PathBuf,
    /// Directory for what the run leaves.
    #[arg(long, short)]
    pub out: PathBuf,

    /// Table with one row per picture.
    #[arg(long, requires_all = ["images", "map"], help_heading = "Pictures")]
    pub csv: Vec<PathBuf>,
    /// Folder of the table's pictures.
    #[arg(long, value_name = "DIR", help_heading = "Pictures")]
    pub images: Vec<PathBuf>,
    /// Column with the label; A|B takes column B where A is empty. [default: label]
    #[arg(long, value_name = "COLUMN", help_heading = "Pictures")]
    pub label: Vec<String>,
    /// Which labels are which classes; rows with other labels are left out.
    #[arg(long, value_name = "VALUE=CLASS,...", help_heading = "Pictures")]
    pub map: Vec<String>,
    /// One folder per class instead of a table.
    #[arg(
        long,
        value_name = "DIR",
        conflicts_with = "csv",
        required_unless_present = "csv",
        help_heading = "Pictures"
    )]
    pub folders: Option<PathBuf>,
    /// Class names in the order of the logits. For two classes the second is the finding.
    #[arg(
        long,
        value_delimiter = ',',
        num_args = 1,
        value_name = "A,B",
        help_heading = "Pictures"
    )]
    pub classes: Option<Vec<String>>,
    /// Column that says whose picture it is. [default: patient, where there is one]
    #[arg(long, value_name = "COLUMN", help_heading = "Pictures")]
    pub group: Option<String>,
    /// Column that says train, tune or check; without one, the pictures are split here.
    #[arg(
        long,
        value_name = "COLUMN",
        default_value = "part",
        help_heading = "Pictures"
    )]
    pub part_column: String,
    /// Shares of train, tune and check.
    #[arg(
        long,
        value_name = "A,B,C",
        value_delimiter = ',',
        num_args = 1,
        default_value = "0.6,0.2,0.2",
        help_heading = "Pictures"
    )]
    pub split: Vec<f64>,
    /// Seed of the split; the same for runs that are to be compared.
    #[arg(long, default_value_t = 1, help_heading = "Pictures")]
    pub split_seed: u64,
    /// Table whose column file lists pictures that must be in train, with all others of the same patients.
    #[arg(long, value_name = "CSV", help_heading = "Pictures")]
    pub pin: Option<PathBuf>,

    /// Title, texts, input and the like for the model card, as JSON.
    #[arg(long, value_name = "JSON", help_heading = "Network")]
    pub card: Option<PathBuf>,
    /// The network, where it is not to be recognised.
    #[arg(long, value_parser = architecture_parser(), help_heading = "Network")]
    pub arch: Option<Architecture>,
    /// Side of the input in pixels. [default: the card's]
    #[arg(long, help_heading = "Network")]
    pub size: Option<usize>,
    /// Train at these sides, by turns; the model's own stays --size.
    #[arg(
        long,
        value_delimiter = ',',
        num_args = 1,
        value_name = "A,B",
        help_heading = "Network"
    )]
    pub sizes: Vec<usize>,
    /// How a picture becomes a square.
    #[arg(long, value_enum, help_heading = "Network")]
    pub fit: Option<Fit>,
    /// Input pixels per cell of the map: 32, 16 or 8.
    #[arg(long, value_name = "PIXELS", help_heading = "Network")]
    pub output_stride: Option<usize>,
    /// Block of the backbone, counted from the input, that the class-evidence layer reads; later ones are left out.
    /// Earlier blocks see less of the picture in each cell. [default: the last]
    #[arg(long, value_name = "BLOCK", help_heading = "Network")]
    pub evidence_block: Option<usize>,
    /// With --evidence-block: read the expansion that the block after it begins with (six times the channels, with an
    /// activation) instead of the linear bottleneck. A cell sees as much of the picture as without.
    #[arg(long, requires = "evidence_block", help_heading = "Network")]
    pub evidence_expansion: bool,
    /// Let neighbouring cells share their evidence: each keeps a quarter of its own and gives the rest to the eight around it. The
    /// logits stay the same, penalties act on what is shown, and single cells stand out less.
    #[arg(long, help_heading = "Network")]
    pub smooth_evidence: bool,
    /// Blocks of the backbone, counted from the input, that stay as they are.
    #[arg(
        long,
        default_value_t = 0,
        value_name = "BLOCKS",
        help_heading = "Network"
    )]
    pub freeze: usize,
    /// With --freeze: keep what the frozen blocks make of each picture, in so many variants that take turns from epoch to
    /// epoch and are never drawn anew. Epochs after the first so many take much less time.
    #[arg(long, value_name = "VARIANTS", help_heading = "Network")]
    pub cache: Option<usize>,
    /// Most memory for that, in GB (2 bytes a value).
    #[arg(
        long,
        default_value_t = 4.0,
        value_name = "GB",
        help_heading = "Network"
    )]
    pub cache_memory: f64,
    /// Before the first epoch, estimate batch normalisation's means and variances anew on so many pictures, such as 32;
    /// they are in memory at a time. Else those of --init stay.
    #[arg(long, value_name = "PICTURES", help_heading = "Network")]
    pub renormalise: Option<usize>,
    /// SoftCAM's class-evidence layer, or the black box with the same weights: pooling, then a linear layer.
    #[arg(long, value_enum, default_value_t = HeadName::Evidence, help_heading = "Network")]
    pub head: HeadName,
    /// Keep the class-evidence layer of --init where it has the same classes.
    #[arg(long, help_heading = "Network")]
    pub keep_head: bool,
    /// Precision of the finished model.
    #[arg(long, value_enum, default_value_t = PrecisionName::Int8, help_heading = "Network")]
    pub precision: PrecisionName,
    /// With int8: make a file that packs better, as softcam convert does with it. [default: 8]
    #[arg(long, value_name = "BITS", help_heading = "Network")]
    pub bits: Option<f64>,

    /// λ1, on the sum of all |cell| of a picture's maps: sparse maps.
    #[arg(
        long,
        default_value_t = 0.0,
        value_name = "LAMBDA1",
        help_heading = "Loss"
    )]
    pub lasso: f32,
    /// λ2, on the Euclidean norm of a picture's maps: small cells everywhere.
    #[arg(
        long,
        default_value_t = 0.0,
        value_name = "LAMBDA2",
        help_heading = "Loss"
    )]
    pub ridge: f32,
    /// Put λ1, λ2 and the total variation on the difference of the maps, which is all that softmax sees: of two classes
    /// the second minus the first, of more each minus the mean of all.
    #[arg(long, help_heading = "Loss")]
    pub difference: bool,
    /// λ of the total variation, on the sum of |cell - neighbour| of a picture's maps to the right and down: maps of
    /// connected regions.
    #[arg(
        long,
        default_value_t = 0.0,
        value_name = "LAMBDA",
        help_heading = "Loss"
    )]
    pub total_variation: f32,
    /// λ1, λ2 and the total variation's λ rise evenly from 0 over so many epochs; 0 is from the first step on.
    #[arg(
        long,
        default_value_t = 0.0,
        value_name = "EPOCHS",
        help_heading = "Loss"
    )]
    pub penalty_warm_up: f64,
    /// This much of each target is spread over all classes.
    #[arg(long, default_value_t = 0.0, help_heading = "Loss")]
    pub label_smoothing: f32,
    /// What is done about classes of different size.
    #[arg(long, value_enum, default_value_t = BalanceName::None, help_heading = "Loss")]
    pub balance: BalanceName,

    /// Passes over the pictures.
    #[arg(long, default_value_t = 30, help_heading = "Learning")]
    pub epochs: usize,
    /// Pictures per step.
    #[arg(long, default_value_t = 16, help_heading = "Learning")]
    pub batch: usize,
    /// Pictures per epoch, drawn anew each time. [default: all]
    #[arg(long, value_name = "PICTURES", help_heading = "Learning")]
    pub epoch_pictures: Option<usize>,
    /// SGD with Nesterov's momentum 0.9, as in the paper, or AdamW.
    #[arg(long, value_enum, default_value_t = OptimizerName::Sgd, help_heading = "Learning")]
    pub optimizer: OptimizerName,
    /// Learning rate of the backbone.
    #[arg(
        long,
        default_value_t = 1e-3,
        value_name = "RATE",
        help_heading = "Learning"
    )]
    pub lr: f64,
    /// Learning rate of the class-evidence layer. [default: ten times --lr]
    #[arg(long, value_name = "RATE", help_heading = "Learning")]
    pub head_lr: Option<f64>,
    /// Learning rates never fall below this share of the first ones.
    #[arg(
        long,
        default_value_t = 0.0,
        value_name = "SHARE",
        help_heading = "Learning"
    )]
    pub floor: f64,
    /// Share of the run in which learning rates rise.
    #[arg(
        long,
        default_value_t = 0.05,
        value_name = "SHARE",
        help_heading = "Learning"
    )]
    pub warm_up: f64,
    /// Keep the learning rates constant.
    #[arg(long, help_heading = "Learning")]
    pub constant: bool,
    /// L2 penalty (SGD) or decoupled decay (AdamW).
    #[arg(long, default_value_t = 5e-4, help_heading = "Learning")]
    pub weight_decay: f32,
    /// Share of the features' channels that are left out at random.
    #[arg(
        long,
        default_value_t = 0.0,
        value_name = "SHARE",
        help_heading = "Learning"
    )]
    pub dropout: f64,
    /// Mix the pictures of a step in pairs, and what they are to be likewise; the share is drawn from Beta(ALPHA, ALPHA),
    /// such as 0.2. With --cache, what the frozen blocks made of them is mixed. Off where not given.
    #[arg(long, value_name = "ALPHA", help_heading = "Learning")]
    pub mixup: Option<f64>,
    /// Average the weights with this decay, such as 0.99: the average is what is measured and kept. Off where not given.
    #[arg(long, value_name = "DECAY", help_heading = "Learning")]
    pub ema: Option<f64>,
    /// How pictures are changed: fundus, oct, chest, photo, paper, none, or a JSON file; fundus2, oct2 and chest2 are also
    /// of other cameras and archives (uneven light, blur, noise, fewer pixels, sharpening, JPEG).
    #[arg(
        long,
        default_value = "none",
        value_name = "NAME|JSON",
        help_heading = "Pictures"
    )]
    pub augment: String,
    /// Seed of everything else.
    #[arg(long, default_value_t = 1, help_heading = "Run")]
    pub seed: u64,
    /// What makes an epoch the best, measured on tune. [default: auc; with --folds last]
    #[arg(long, value_enum, help_heading = "Learning")]
    pub select: Option<Select>,
    #[command(flatten)]
    pub cross: super::folds::Arguments,
    /// Who computes.
    #[arg(long, value_enum, default_value_t = DeviceName::Cpu, help_heading = "Run")]
    pub device: DeviceName,
    /// Go on with the run in --out after its last whole epoch.
    #[arg(long, conflicts_with = "overwrite", help_heading = "Run")]
    pub resume: bool,
    /// Replace the run in --out.
    #[arg(long, help_heading = "Run")]
    pub overwrite: bool,

    /// Share of tune's pictures that the out-of-distribution threshold lets pass.
    #[arg(
        long,
        default_value_t = 0.98,
        value_name = "SHARE",
        help_heading = "Finish"
    )]
    pub known: f64,
    /// The out-of-distribution threshold is this many times the score that --known asks for: new pictures lie a little
    /// further out, and unlike ones many times as far.
    #[arg(
        long,
        default_value_t = 1.5,
        value_name = "FACTOR",
        help_heading = "Finish"
    )]
    pub known_margin: f32,
    /// Blocks of the backbone whose features tell unlike pictures: those at the end know little but the classes.
    /// [default: two thirds]
    #[arg(long, value_name = "BLOCKS", help_heading = "Finish")]
    pub known_blocks: Option<usize>,
    /// Directions of the out-of-distribution reference that have a variance of their own.
    #[arg(
        long,
        default_value_t = 32,
        value_name = "COUNT",
        help_heading = "Finish"
    )]
    pub directions: usize,
}

/// [`Head`] by the names that the command line uses.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum HeadName {
    Evidence,
    Pooled,
}

/// [`Balance`], likewise.
#[derive(Clone, Copy, ValueEnum)]
pub enum BalanceName {
    /// Every picture counts the same.
    None,
    /// Rare classes count more in the loss.
    Loss,
    /// Classes (of every collection) are drawn equally often.
    Draw,
}

/// [`Optimizer`], likewise.
#[derive(Clone, Copy, ValueEnum)]
pub enum OptimizerName {
    Sgd,
    Adamw,
}

/// What makes an epoch the best.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Select {
    /// Area under the ROC curve (one against the rest, averaged); of equal ones the lower loss.
    Auc,
    /// Share of right answers; of equal ones the lower loss.
    Accuracy,
    /// Cross-entropy.
    Loss,
    /// The last epoch, whatever tune says.
    Last,
}

impl Arguments {
    /// What the card is to say.
    pub fn settings(&self) -> crate::failure::Result<Settings> {
        let mut settings: Settings = match &self.card {
            Some(path) => described(path)?,
            None => Settings::default(),
        };
        settings.size = self.size.or(settings.size);
        settings.fit = self.fit.map(FitRule::from).or(settings.fit);
        settings.output_stride = self.output_stride.or(settings.output_stride);
        settings.evidence_block = self.evidence_block.or(settings.evidence_block);
        if self.evidence_block.is_some() {
            settings.evidence_expansion = Some(self.evidence_expansion);
        }
        if self.smooth_evidence {
            settings.smooth_evidence = Some(true);
        }
        settings.classes = self.classes.clone().or(settings.classes);
        Ok(settings)
    }

    /// How the run goes.
    pub fn config(&self, model: &Model) -> crate::failure::Result<Config> {
        let config = Config {
            seed: self.seed,
            epochs: self.epochs,
            batch: self.batch,
            epoch_pictures: self.epoch_pictures,
            optimizer: match self.optimizer {
                OptimizerName::Sgd => Optimizer::Sgd { momentum: 0.9 },
                OptimizerName::Adamw => Optimizer::AdamW,
            },
            backbone_rate: self.lr,
            head_rate: self.head_lr.unwrap_or(10.0 * self.lr),
            schedule: if self.constant {
                Schedule::Constant
            } else {
                Schedule::Cosine {
                    floor: self.floor,
                    warm_up: self.warm_up,
                }
            },
            weight_decay: self.weight_decay,
            freeze: self.freeze,
            head: match self.head {
                HeadName::Evidence => Head::Evidence,
                HeadName::Pooled => Head::Pooled,
            },
            dropout: self.dropout,
            penalty: Penalty {
                lasso: self.lasso,
                ridge: self.ridge,
                difference: self.difference,
                total_variation: self.total_variation,
                warm_up: self.penalty_warm_up,
            },
            label_smoothing: self.label_smoothing,
            balance: match self.balance {
                BalanceName::None => Balance::None,
                BalanceName::Loss => Balance::Loss,
                BalanceName::Draw => Balance::Draw,
            },
            augment: augment(&self.augment)?,
            sizes: self
                .sizes
                .iter()
                .copied()
                .map(|size| model.card.check_size(size))
                .collect::<Result<_, _>>()?,
            ema: self.ema,
            cache: self.cache,
            mixup: self.mixup,
            renormalise: self.renormalise,
        };
        config.check()?;
        let blocks = model.backbone().blocks.len();
        if config.freeze > blocks {
            return Err(Failure::new(
                format!(
                    "{} blocks are to be frozen, and the backbone has {blocks}.",
                    config.freeze
                ),
                "Give --freeze a smaller number.",
            ));
        }
        if let Some(known) = self.known_blocks
            && !(1..=blocks).contains(&known)
        {
            return Err(Failure::new(
                format!(
                    "Unlike pictures are to be told after {known} blocks, and the backbone has {blocks}."
                ),
                format!("Give --known-blocks a number from 1 to {blocks}."),
            ));
        }
        Ok(config)
    }

    /// The cross-validation that --init names, if it names one.
    pub fn init_folds(&self) -> Option<&Path> {
        (self.cross.folds.is_some() && self.init.is_dir()).then_some(&*self.init)
    }

    /// Most bytes that the cache may take.
    pub fn cache_limit(&self) -> u64 {
        (1e9 * self.cache_memory) as u64
    }

    /// What makes an epoch the best.
    pub fn select(&self) -> Select {
        self.select.unwrap_or(match self.cross.folds {
            Some(_) => Select::Last,
            None => Select::Auc,
        })
    }

    /// Precision of the finished model.
    pub fn precision(&self) -> Precision {
        self.precision.into()
    }

    /// What was typed, for the record; without the directories, which mean nothing elsewhere.
    pub fn command_line(&self) -> String {
        let without_directory = |word: String| match Path::new(&word).file_name() {
            Some(name) if word.contains('/') && !word.contains('=') && !word.contains('|') => {
                name.to_string_lossy().into_owned()
            }
            _ => word,
        };
        let words = std::env::args().skip(1).map(without_directory);
        std::iter::once("softcam".to_owned())
            .chain(words)
            .collect::<Vec<_>>()
            .join(" ")
    }
}

fn augment(name: &str) -> crate::failure::Result<Augment> {
    if let Some(preset) = Augment::named(name) {
        return Ok(preset);
    }
    let text = fs::read_to_string(name)
        .with_context(|| format!("there is no augmentation and no file named {name:?}"))?;
    serde_json::from_str(&text).with_context(|| format!("{name} does not describe an augmentation"))
}
