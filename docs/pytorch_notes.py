"""What `make_pytorch_table.py` cannot find by itself: how what is here differs, and why what is not here is missing."""

# Arguments of PyTorch's that are left out everywhere, and why
LEFT_OUT = {
    "size_average": "deprecated in favour of `reduction`",
    "reduce": "deprecated in favour of `reduction`",
    "min_value": "deprecated in favour of `min_val` and `max_val`",
    "max_value": "deprecated in favour of `min_val` and `max_val`",
    "foreach": "choices between implementations that compute the same",
    "fused": "choices between implementations that compute the same",
    "capturable": "choices between implementations that compute the same",
    "differentiable": "choices between implementations that compute the same",
    "memory_format": "memory layouts other than the usual one",
    "layout": "memory layouts other than the usual one",
    "pin_memory": "memory layouts other than the usual one",
}

CONV = "MegEngine's layers have them"

# "section.name": how it differs beyond its arguments, or why its arguments differ
NOTES = {
    "nn.Conv1d": CONV,
    "nn.Conv2d": CONV,
    "nn.Conv3d": CONV,
    "nn.LazyConv1d": CONV,
    "nn.LazyConv2d": CONV,
    "nn.LazyConv3d": CONV,
    "nn.Module": "a subclass need not call `super().__init__()`, and modules in plain lists and dicts are found",
    "nn.Sequential": "a plain dict of modules does, too",
    "nn.ParameterDict": "values that are no tensors are refused",
    "nn.ParameterList": "values that are no tensors are refused",
    "nn.UninitializedBuffer": "whether it is persistent is told to `register_buffer`",
    "nn.functional.gelu": "so it is in PyTorch; its documentation says otherwise",
    "nn.utils.remove_weight_norm": "of the parametrisation that `weight_norm` is here",
    "nn.utils.vector_to_parameters": "the parameters keep their memory, and the vector is copied to it",
    "nn.utils.weight_norm": "it is `nn.utils.parametrizations.weight_norm`, and names in the state dict are as there",
    "Tensor.cuda": "it is refused: the CPU is the only device",
    "Tensor.nonzero": "PyTorch has it, and does not document it for the method",
    "Tensor.numpy": "also of a tensor that requires grad",
    "Tensor.split": "PyTorch's function `split` calls it so, its method does not",
    "Tensor.swapaxes": "its arguments are called as those of `transpose`",
    "Tensor.true_divide": "it is `div` by another name",
    "Tensor.true_divide_": "it is `div_` by another name",
    "Tensor.type": "it does not tell the dtype: `x.dtype` does",
}

# Why names are not here: for each reason the names, as "section.name", with * for any letters
WHY_NOT = {
    "recurrent": "nn.RNN* nn.LSTM* nn.GRU*",
    "attention": """
        nn.MultiheadAttention nn.Transformer* nn.functional.multi_head_attention_forward
        nn.functional.scaled_dot_product_attention
    """,
    "sequences and words": """
        nn.CTCLoss nn.functional.ctc_loss nn.EmbeddingBag nn.functional.embedding_bag nn.functional.conv_tbc
        nn.AdaptiveLogSoftmaxWithLoss
    """,
    "`register_buffer` does it": "nn.Buffer",
    "several devices": "nn.DataParallel nn.SyncBatchNorm",
    "low precision": "nn.functional.scaled_mm nn.functional.scaled_grouped_mm nn.functional.grouped_mm",
    "a fusion that saves memory with large vocabularies": "nn.LinearCrossEntropy* nn.functional.linear_cross_entropy",
    "deprecated": """
        nn.functional.upsample* nn.CrossMapLRN2d
        nn.utils.clip_grad_norm nn.utils.spectral_norm
        nn.utils.remove_spectral_norm
        Tensor.apply_ Tensor.eig Tensor.ger Tensor.lstsq Tensor.lu Tensor.map_ Tensor.map2_ Tensor.new Tensor.qr
        Tensor.reinforce Tensor.resize Tensor.resize_as Tensor.solve Tensor.storage Tensor.storage_type Tensor.symeig
        Tensor.volatile
    """,
    "complex numbers": """
        Tensor.H Tensor.mH Tensor.adjoint Tensor.angle Tensor.cdouble Tensor.cfloat Tensor.chalf Tensor.conj* Tensor.imag
        Tensor.is_complex Tensor.is_conj Tensor.is_neg Tensor.isreal Tensor.istft Tensor.real Tensor.resolve_* Tensor.sgn
        Tensor.sgn_ Tensor.stft
    """,
    "sparse tensors": """
        optim.SparseAdam Tensor.*sparse* Tensor.ccol_indices Tensor.coalesce Tensor.col_indices
        Tensor.crow_indices Tensor.dense_dim Tensor.indices Tensor.is_coalesced Tensor.row_indices Tensor.smm
        Tensor.sspaddmm Tensor.to_dense Tensor.values
    """,
    "quantisation": "Tensor.dequantize Tensor.int_repr Tensor.is_quantized Tensor.q_* Tensor.qscheme",
    "nested tensors": "Tensor.is_nested Tensor.to_padded_tensor",
    "the CPU is the only device": """
        Tensor.get_device Tensor.ipu Tensor.is_distributed Tensor.is_ipu
        Tensor.is_maia Tensor.is_meta Tensor.is_mkldnn Tensor.is_mtia Tensor.is_pinned Tensor.is_shared
        Tensor.is_vulkan Tensor.is_xla Tensor.is_xpu Tensor.mtia Tensor.pin_memory Tensor.record_stream
        Tensor.share_memory_ Tensor.to_mkldnn Tensor.xpu
    """,
    "NumPy has no such dtype": "Tensor.bfloat16",
    "the memory is an ndarray's: see `numpy()`": """
        Tensor.as_strided* Tensor.as_subclass Tensor.const_data_ptr Tensor.data_ptr Tensor.dim_order Tensor.is_set_to
        Tensor.layout Tensor.new_empty_strided Tensor.resize_ Tensor.resize_as_ Tensor.set_ Tensor.slice_inverse
        Tensor.storage_offset Tensor.stride Tensor.unsafe_* Tensor.untyped_storage nn.utils.convert_conv*
    """,
    "linear algebra: use `np.linalg` or `scipy.linalg`": """
        Tensor.cholesky* Tensor.det Tensor.geqrf Tensor.inverse Tensor.logdet Tensor.lu_solve Tensor.matrix_exp Tensor.orgqr
        Tensor.ormqr Tensor.pinverse Tensor.slogdet Tensor.svd Tensor.triangular_solve
    """,
    "a special function: make a primitive of SciPy's": """
        Tensor.digamma* Tensor.erfinv* Tensor.i0* Tensor.igamma* Tensor.lgamma* Tensor.mvlgamma* Tensor.polygamma*
    """,
    "random numbers are drawn by functions: `minitensor.rand` and its like": """
        Tensor.bernoulli* Tensor.cauchy_ Tensor.exponential_ Tensor.geometric_ Tensor.log_normal_ Tensor.multinomial
        Tensor.normal_ Tensor.random_ Tensor.uniform_
    """,
    "inner workings of PyTorch's": """
        Tensor.grad_dtype Tensor.hash_tensor Tensor.is_inference Tensor.module_load Tensor.name Tensor.output_nr
        Tensor.register_post_accumulate_grad_hook Tensor.sum_to_size nn.functional.native_channel_shuffle
    """,
}
